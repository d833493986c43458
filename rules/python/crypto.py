import hashlib
import random
import secrets
import ssl

import aiohttp
import httpx
import jwt
import paramiko
import requests
from Crypto.Cipher import AES, ARC4, DES
from Crypto.PublicKey import RSA
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes


def fingerprint(content, password):
    # ruleid: python.weak-hash
    stored = hashlib.md5(password.encode()).hexdigest()
    # ruleid: python.weak-hash
    other = hashlib.new("sha1", content)
    # ok: python.weak-hash
    etag = hashlib.md5(content, usedforsecurity=False).hexdigest()
    # ok: python.weak-hash
    good = hashlib.sha256(content)
    return stored, other, etag, good


def encrypt(key, iv, text):
    # ruleid: python.weak-cipher
    first = DES.new(key, DES.MODE_CBC, iv)
    # ruleid: python.weak-cipher
    second = AES.new(key, AES.MODE_ECB)
    # ruleid: python.weak-cipher
    third = Cipher(algorithms.AES(key), modes.ECB())
    # ruleid: python.weak-cipher
    fourth = ARC4.new(key)
    # ok: python.weak-cipher
    fifth = AES.new(key, AES.MODE_GCM, nonce=iv)
    return first, second, third, fourth, fifth


def credentials(alphabet):
    # ruleid: python.random-for-secrets
    reset_token = "".join(random.choice(alphabet) for _ in range(32))
    # ruleid: python.random-for-secrets
    session_id = random.getrandbits(128)
    # ok: python.random-for-secrets
    api_key = secrets.token_urlsafe(32)
    # ok: python.random-for-secrets
    colour = random.choice(["red", "green"])
    return reset_token, session_id, api_key, colour


def fetch(url, session):
    # ruleid: python.tls-verify-off
    requests.get(url, verify=False, timeout=3)
    # ruleid: python.tls-verify-off
    httpx.Client(verify=False)
    # ruleid: python.tls-verify-off
    session.verify = False
    # ruleid: python.tls-verify-off
    context = ssl._create_unverified_context()
    # ruleid: python.tls-verify-off
    context.verify_mode = ssl.CERT_NONE
    # ruleid: python.tls-verify-off
    aiohttp.TCPConnector(ssl=False)
    # ok: python.tls-verify-off
    requests.get(url, verify="/etc/ssl/company.pem", timeout=3)


def old():
    # ruleid: python.old-tls
    first = ssl.SSLContext(ssl.PROTOCOL_TLSv1)
    # ruleid: python.old-tls
    first.minimum_version = ssl.TLSVersion.TLSv1_1
    # ok: python.old-tls
    second = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    # ok: python.old-tls
    second.minimum_version = ssl.TLSVersion.TLSv1_3
    return first, second


def claims(token, key):
    # ruleid: python.jwt-unverified
    jwt.decode(token, options={"verify_signature": False})
    # ruleid: python.jwt-unverified
    jwt.decode(token, key, algorithms=["HS256", "none"])
    # ok: python.jwt-unverified
    return jwt.decode(token, key, algorithms=["HS256"])


def connect():
    client = paramiko.SSHClient()
    # ruleid: python.paramiko-host-key
    client.set_missing_host_key_policy(paramiko.AutoAddPolicy())
    # ok: python.paramiko-host-key
    client.set_missing_host_key_policy(paramiko.RejectPolicy())
    return client


def keys():
    # ruleid: python.small-rsa-key
    weak = rsa.generate_private_key(public_exponent=65537, key_size=1024)
    # ruleid: python.small-rsa-key
    weaker = RSA.generate(512)
    # ok: python.small-rsa-key
    strong = rsa.generate_private_key(public_exponent=65537, key_size=3072)
    return weak, weaker, strong
