import pickle
import socket
import tarfile
import tempfile
import xml.sax

import flask
import requests
import yaml
from django.views.decorators.csrf import csrf_exempt
from flask import request
from lxml import etree

app = flask.Flask(__name__)

# ruleid: python.django-debug
DEBUG = True
# ok: python.django-debug
TEMPLATE_DEBUG = False


def restore(path):
    with open(path, "rb") as stream:
        # ruleid: python.unsafe-deserialization
        return pickle.load(stream)


def save(value):
    # ok: python.unsafe-deserialization
    return pickle.dumps(value)


@app.route("/import", methods=["POST"])
def import_state():
    body = request.data
    # ruleid: python.request-pickle-taint, python.unsafe-deserialization
    state = pickle.loads(body)
    # ruleid: python.unsafe-deserialization
    # ok: python.request-pickle-taint
    defaults = pickle.loads(DEFAULTS)
    return state, defaults


def settings(text):
    # ruleid: python.yaml-load
    first = yaml.load(text, Loader=yaml.Loader)
    # ruleid: python.yaml-load
    second = yaml.load(text)
    # ok: python.yaml-load
    third = yaml.load(text, Loader=yaml.SafeLoader)
    # ok: python.yaml-load
    fourth = yaml.safe_load(text)
    return first, second, third, fourth


def feed(path):
    # ruleid: python.xml-external-entities
    parser = etree.XMLParser(resolve_entities=True)
    # ok: python.xml-external-entities
    other = etree.XMLParser(resolve_entities=False)
    # ruleid: python.xml-external-entities
    reader = xml.sax.make_parser()
    return parser, other, reader


if __name__ == "__main__":
    # ruleid: python.flask-debug
    app.run(debug=True)
    # ruleid: python.bind-all-with-debug
    app.run(host="0.0.0.0", port=8080)
    # ok: python.flask-debug, python.bind-all-with-debug
    app.run(host="127.0.0.1")


# ruleid: python.csrf-exempt
@csrf_exempt
def webhook(request):
    return transfer(request.POST)


# ok: python.csrf-exempt
@login_required
def profile(request):
    return show(request.user)


def scratch():
    # ruleid: python.tempfile-mktemp
    name = tempfile.mktemp(suffix=".db")
    # ok: python.tempfile-mktemp
    with tempfile.NamedTemporaryFile() as stream:
        return name, stream.name


def unpack(path, target):
    with tarfile.open(path) as tar:
        # ruleid: python.tar-extractall
        tar.extractall(target)
        # ok: python.tar-extractall
        tar.extractall(target, filter="data")


def remember(response, token):
    # ruleid: python.insecure-cookie
    response.set_cookie("session", token, secure=False)
    # ok: python.insecure-cookie
    response.set_cookie("session", token, secure=True, httponly=True)


def database():
    # ruleid: python.hardcoded-password-default
    first = connect(host="db", user="app", password="Tr0ub4dor&3")
    # ok: python.hardcoded-password-default
    second = connect(host="db", user="app", password=read_secret("db"))
    # ok: python.hardcoded-password-default
    third = connect(host="db", user="app", password="changeme")
    return first, second, third


def delete_account(user, account):
    # ruleid: python.assert-for-access
    assert user.is_superuser
    # ok: python.assert-for-access
    assert account is not None
    account.delete()


# ruleid: python.mutable-default
def add(item, items=[]):
    items.append(item)
    return items


# ok: python.mutable-default
def add_safely(item, items=None):
    items = items or []
    items.append(item)
    return items


def quiet(path):
    # ruleid: python.bare-except-pass
    try:
        remove(path)
    except:
        pass
    # ok: python.bare-except-pass
    try:
        remove(path)
    except FileNotFoundError:
        pass


def status(url):
    # ruleid: python.requests-no-timeout
    first = requests.get(url)
    # ok: python.requests-no-timeout
    second = requests.get(url, timeout=5)
    return first, second
