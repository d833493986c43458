use sha1::Sha1;
use std::process::Command;

// ruleid: rust.static-mut
static mut COUNTER: u32 = 0;
// ok: rust.static-mut
static LIMIT: u32 = 10;

fn thumbnails(folder: &str) {
    // ruleid: rust.command-shell
    Command::new("sh").arg("-c").arg(format!("mogrify {}", folder)).status();
    // ok: rust.command-shell
    Command::new("sh").arg("-c").arg("uptime | tail -1").status();
    // ok: rust.command-shell
    Command::new("mogrify").arg(folder).status();
}

async fn find(db: &Pool, name: &str) {
    // ruleid: rust.sql-format
    sqlx::query(&format!("SELECT * FROM users WHERE name = '{}'", name)).fetch_all(db).await;
    // ok: rust.sql-format
    sqlx::query("SELECT * FROM users WHERE name = $1").bind(name).fetch_all(db).await;
}

fn client() {
    // ruleid: rust.tls-accept-invalid
    reqwest::Client::builder().danger_accept_invalid_certs(true).build();
    // ok: rust.tls-accept-invalid
    reqwest::Client::builder().danger_accept_invalid_certs(false).build();
}

fn convert(bytes: [u8; 4], mut buffer: Vec<u8>) -> u32 {
    // ok: rust.uninitialized
    unsafe { buffer.set_len(64) };
    // ruleid: rust.uninitialized
    let mut fresh = Vec::with_capacity(64);
    unsafe { fresh.set_len(64) };
    // ruleid: rust.uninitialized
    let nothing: u64 = unsafe { std::mem::uninitialized() };
    // ruleid: rust.transmute
    let first: u32 = unsafe { std::mem::transmute(bytes) };
    // ok: rust.transmute
    let second = u32::from_ne_bytes(bytes);
    first + second
}

fn digest(body: &[u8]) {
    // ruleid: rust.weak-hash
    let first = Sha1::new();
    // ok: rust.weak-hash
    let second = Sha256::new();
    keep(first, second, body);
}

fn claims(token: &str) {
    let mut validation = Validation::new(Algorithm::HS256);
    // ruleid: rust.jwt-no-validation
    validation.insecure_disable_signature_validation();
    // ok: rust.jwt-no-validation
    decode(token, &validation);
}
