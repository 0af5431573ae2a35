# As the module's site has them, as far as a database and its users are concerned.
import os

BASE_DIR = os.path.dirname(os.path.abspath(__file__))
SECRET_KEY = os.environ['SITE_SECRET_KEY']
INSTALLED_APPS = ['django.contrib.admin', 'django.contrib.auth', 'django.contrib.contenttypes', 'django.contrib.sessions',
                  'django.contrib.messages', 'user']
AUTH_USER_MODEL = 'user.User'
PASSWORD_HASHERS = ['django.contrib.auth.hashers.MD5PasswordHasher']  # quick, for a test
USE_TZ = True
DATABASES = {'default': {
    'ENGINE': 'django.db.backends.mysql',
    'NAME': os.environ['SITE_DATABASE'],
    'HOST': os.environ['SITE_SOCKET'],
    'USER': 'root',
    'OPTIONS': {'charset': 'utf8mb4'},
}}
SILENCED_SYSTEM_CHECKS = ['admin.E403', 'admin.E404', 'admin.E406', 'admin.E408', 'admin.E409', 'admin.E410']
