import crypto, { createHash } from "node:crypto";
import https from "node:https";
import jwt from "jsonwebtoken";

export function hashes(password: string, body: Buffer) {
  // ruleid: javascript.weak-hash
  const first = crypto.createHash("md5").update(password).digest("hex");
  // ruleid: javascript.weak-hash
  const second = createHash("SHA1").update(body).digest();
  // ok: javascript.weak-hash
  const third = createHash("sha256").update(body).digest();
  return { first, second, third };
}

export function ciphers(key: Buffer, iv: Buffer) {
  // ruleid: javascript.weak-cipher
  crypto.createCipheriv("des-ede3-cbc", key, iv);
  // ruleid: javascript.weak-cipher
  crypto.createCipheriv("aes-128-ecb", key, null);
  // ok: javascript.weak-cipher
  crypto.createCipheriv("aes-256-gcm", key, iv);
  // ruleid: javascript.create-cipher
  crypto.createCipher("aes192", "password");
}

export function session() {
  // ruleid: javascript.math-random-secret
  const sessionToken = Math.random().toString(36).slice(2);
  // ok: javascript.math-random-secret
  const colour = Math.random();
  // ok: javascript.math-random-secret
  const csrfToken = crypto.randomUUID();
  return { sessionToken, colour, csrfToken };
}

export function fetchAnyway(url: string) {
  // ruleid: javascript.tls-reject-unauthorized
  const agent = new https.Agent({ keepAlive: true, rejectUnauthorized: false });
  // ruleid: javascript.tls-reject-unauthorized
  process.env.NODE_TLS_REJECT_UNAUTHORIZED = "0";
  // ok: javascript.tls-reject-unauthorized
  const strict = new https.Agent({ rejectUnauthorized: true });
  // ruleid: javascript.old-tls
  const old = new https.Agent({ minVersion: "TLSv1" });
  // ok: javascript.old-tls
  const modern = new https.Agent({ minVersion: "TLSv1.3" });
  return [agent, strict, old, modern, url];
}

export function tokens(token: string, user: object) {
  // ruleid: javascript.jwt-none, javascript.jwt-hardcoded-key
  jwt.verify(token, "", { algorithms: ["HS256", "none"] });
  // ruleid: javascript.jwt-hardcoded-key
  jwt.sign(user, "s3cr3t-of-the-house");
  // ok: javascript.jwt-hardcoded-key, javascript.jwt-none
  jwt.sign(user, process.env.JWT_KEY, { algorithm: "ES256" });
}

export function check(received: string, hmac: string, expectedSignature: string) {
  const signature = received.slice(7);
  // ruleid: javascript.timing-comparison
  if (signature === expectedSignature) return true;
  // ok: javascript.timing-comparison
  if (received.length !== hmac.length) return false;
  // ok: javascript.timing-comparison
  return crypto.timingSafeEqual(Buffer.from(received), Buffer.from(hmac));
}
