"""people.py CODE: runs CODE, a few lines of Python, in the site: with the module's models and its tokens."""
import datetime
import json
import os
import sys

import django
import jwt

os.environ['DJANGO_SETTINGS_MODULE'] = 'settings'
django.setup()

from django.conf import settings  # noqa: E402
from django.contrib.auth import authenticate  # noqa: E402, F401
from user.models import Oauth, User  # noqa: E402


def scanned(unionid, username, **fields):
    """What the module does with a person whom it does not know."""
    user = User(username=username, **fields)
    user.save()
    Oauth(oauth_type='weixin', oauth_id=unionid, user=user).save()
    return user


def get_token(user):
    """The module's, word for word but for what PyJWT 2 has changed."""
    payload = {'id': user.id, 'username': user.username,
               'exp': datetime.datetime.utcnow() + datetime.timedelta(days=50000)}
    return jwt.encode(payload=payload, key=settings.SECRET_KEY, headers={'typ': 'jwt_', 'alg': 'HS256'})


def check_token(token):
    return jwt.decode(token, settings.SECRET_KEY, algorithms=['HS256'])


def show(value):
    print(json.dumps(value, ensure_ascii=False, default=str))


exec(sys.argv[1])
