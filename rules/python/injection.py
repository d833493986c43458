import os
import shlex
import shutil
import sqlite3
import subprocess
import subprocess as sp
from os import system

import flask
import httpx
import jinja2
import requests
from django.http import HttpResponseRedirect
from django.utils.safestring import mark_safe
from django.utils.html import format_html
from flask import redirect, request, send_file, url_for
from werkzeug.utils import safe_join, secure_filename

app = flask.Flask(__name__)


def thumbnails(folder, size):
    # ruleid: python.subprocess-shell
    subprocess.run("mogrify -resize %s %s/*.png" % (size, folder), shell=True, check=True)
    # ruleid: python.subprocess-shell
    sp.check_output(f"ls {folder}", shell=True)
    # ok: python.subprocess-shell
    subprocess.run(["mogrify", "-resize", size, folder], check=True)
    # ok: python.subprocess-shell
    subprocess.run(["git", "log", "-1"], shell=True, cwd=folder)
    # ok: python.subprocess-shell
    subprocess.run("uptime | tail -1", shell=True, check=True)
    # ok: python.subprocess-shell
    subprocess.run(["ls", folder], shell=False)


def backup(target):
    # ruleid: python.os-command
    os.system("tar czf /backup/%s.tgz ." % target)
    # ruleid: python.os-command
    system("rm -rf " + target)
    # ruleid: python.os-command
    listing = os.popen("ls " + target, "r").read()
    # ok: python.os-command
    os.system("sync")
    return listing


def calculate(expression, names):
    # ruleid: python.eval
    total = eval(expression, {}, names)
    # ruleid: python.eval
    exec("value = " + expression)
    # ok: python.eval
    limit = eval("2 ** 10")
    # ok: python.eval
    model.eval()
    return total, limit


def find_user(db, name):
    # ruleid: python.sql-string-building
    db.execute("SELECT * FROM users WHERE name = '%s'" % name)
    # ruleid: python.sql-string-building
    db.execute("SELECT * FROM users WHERE name = '" + name + "'")
    # ruleid: python.sql-string-building
    db.execute("SELECT * FROM users WHERE name = '{}'".format(name))
    # ruleid: python.sql-string-building
    db.execute(f"SELECT * FROM users WHERE name = '{name}'")
    # ok: python.sql-string-building
    db.execute("SELECT * FROM users WHERE name = %s", (name,))
    # ok: python.sql-string-building
    db.execute("SELECT * FROM users " + "ORDER BY name")
    # ok: python.sql-string-building
    db.execute("SELECT COUNT(*) FROM %s" % connection.ops.quote_name(name))
    table = connection.ops.quote_name(name)
    # ok: python.sql-string-building
    db.execute("DELETE FROM %s WHERE expires < %%s" % table, [now])
    # ruleid: python.sql-string-building
    db.execute("DELETE FROM names WHERE owner = '%s'" % owner, [now])
    # ruleid: python.sql-string-building
    db.execute("SELECT * FROM " + name + " WHERE owner = " + str(owner))


@app.route("/user")
def user():
    name = request.args.get("name")
    query = "SELECT * FROM users WHERE name = '" + name + "'"
    db = sqlite3.connect("app.db")
    # ruleid: python.flask-sql-taint
    rows = db.execute(query).fetchall()
    number = int(request.args["id"])
    # ruleid: python.sql-string-building
    # ok: python.flask-sql-taint
    db.execute(f"SELECT * FROM users WHERE id = {number}")
    # ok: python.flask-sql-taint
    db.execute("SELECT * FROM users WHERE name = ?", (name,))
    return rows


@app.route("/ping")
def ping():
    host = request.form["host"]
    # ruleid: python.request-command-taint, python.os-command
    os.system("ping -c 1 " + host)
    quoted = shlex.quote(host)
    # ruleid: python.os-command
    # ok: python.request-command-taint
    os.system("ping -c 1 " + quoted)
    return "sent"


@app.route("/download")
def download():
    name = request.args.get("file")
    path = os.path.join("/srv/files", name)
    # ruleid: python.request-path-taint
    with open(path) as stream:
        first = stream.readline()
    # ruleid: python.request-path-taint
    response = send_file(path)
    # ok: python.request-path-taint
    send_file(safe_join("/srv/files", name))
    # ok: python.request-path-taint
    open(os.path.join("/srv/files", secure_filename(name)))
    return first, response


@app.route("/preview")
def preview():
    url = request.args["url"]
    # ruleid: python.request-url-taint
    page = requests.get(url, timeout=5)
    # ok: python.request-url-taint
    httpx.get("https://example.org/status", params={"of": "site"})
    return page.text


def greet(name):
    # ruleid: python.template-injection
    flask.render_template_string("<h1>Hello " + name + "</h1>")
    # ruleid: python.template-injection
    jinja2.Template(f"Hello {name}")
    # ok: python.template-injection
    flask.render_template_string("<h1>Hello {{ name }}</h1>", name=name)


@app.route("/login")
def login():
    target = request.args.get("next")
    if target:
        # ruleid: python.open-redirect-taint
        return redirect(target)
    # ok: python.open-redirect-taint
    return redirect(reverse("search") + "?" + urlencode({"q": request.args.get("q")}))
    # ok: python.open-redirect-taint
    return redirect(url_for("index"))


def badge(user):
    # ruleid: python.django-mark-safe
    first = mark_safe("<b>" + user.name + "</b>")
    # ruleid: python.django-mark-safe
    second = mark_safe(f"<b>{user.name}</b>")
    # ok: python.django-mark-safe
    third = mark_safe("<b>anonymous</b>")
    # ok: python.django-mark-safe
    fourth = format_html("<b>{}</b>", user.name)
    return first, second, third, fourth
