# The module's two tables, as it was published. Where scanlogin has migrated them, the environment says so: then the names
# are those that the module's serializers and its admin use, as docs/from-django.md says.
import os

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.timezone import now

MIGRATED = os.environ.get('SITE_MIGRATED') == '1'


class User(AbstractUser):
    nickname = models.CharField('昵称', max_length=225, default='')
    if MIGRATED:
        avatar_url = models.CharField('头像', max_length=1024, default='')
    else:
        avatar = models.CharField('头像', max_length=225, default='')
    gender = models.CharField('性别', max_length=225, default='')
    if MIGRATED:
        phone_number = models.CharField('手机号码', max_length=225, default='')
    else:
        phone = models.CharField('手机号码', max_length=225, default='')
    if os.environ.get('SITE_SCHOOL') == '1':  # what the site adds later
        school = models.CharField('学校', max_length=50, default='')

    class Meta:
        verbose_name = '用户'
        verbose_name_plural = verbose_name
        ordering = ['-date_joined']


class Oauth(models.Model):
    user = models.ForeignKey('user', related_name='contained_oauths', on_delete=models.CASCADE)
    oauth_type = models.CharField('类型', max_length=10, choices=(('weixin', '微信'),))
    oauth_id = models.CharField('oauth id', max_length=200)
    created_time = models.DateTimeField('创建时间', default=now)
    if MIGRATED:
        last_mod_time = models.DateTimeField('最后修改时间', default=now)

    class Meta:
        verbose_name = 'Oauth 信息'
        verbose_name_plural = '用户 / Oauth'
        ordering = ['-created_time']
