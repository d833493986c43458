<?php

function ping() {
    $host = $_GET["host"];
    // ruleid: php.request-command-taint, php.command-string-building
    system("ping -c 1 " . $host);
    // ok: php.request-command-taint
    system("ping -c 1 " . escapeshellarg($host));
}

function convert($file) {
    // ruleid: php.command-string-building
    exec("convert " . $file);
    // ok: php.command-string-building
    exec("convert " . escapeshellarg($file));
    // ok: php.command-string-building
    exec("uptime");
}

function user($db, $pdo) {
    $name = $_POST["name"];
    $query = "SELECT * FROM users WHERE name = '" . $name . "'";
    // ruleid: php.request-sql-taint
    mysqli_query($db, $query);
    // ruleid: php.request-sql-taint
    $pdo->query("SELECT * FROM users WHERE name = '$name'");
    $id = intval($_GET["id"]);
    // ok: php.request-sql-taint
    $pdo->query("SELECT * FROM users WHERE id = " . $id);
    // ok: php.request-sql-taint
    $posts->query(["name" => $name]);
    // ok: php.request-sql-taint
    $pdo->prepare("SELECT * FROM users WHERE name = ?")->execute([$name]);
}

function hello() {
    // ruleid: php.request-xss-taint
    echo "<h1>Hello " . $_GET["name"] . "</h1>";
    // ok: php.request-xss-taint
    echo "<h1>Hello " . htmlspecialchars($_GET["name"]) . "</h1>";
    // ok: php.request-xss-taint
    echo '<input name="q" value="' . esc_attr($_GET["q"]) . '">';
}

function page() {
    $page = $_GET["page"];
    // ruleid: php.request-include-taint
    include "pages/" . $page . ".php";
    // ok: php.request-include-taint
    include "pages/home.php";
}

function download() {
    $file = "/srv/files/" . $_GET["file"];
    // ruleid: php.request-path-taint
    readfile($file);
    // ok: php.request-path-taint
    readfile("/srv/files/" . basename($_GET["file"]));
}

function calculate($expression) {
    // ruleid: php.eval
    $value = eval("return " . $expression . ";");
    // ok: php.eval
    $other = $this->evaluate($expression);
    return $value + $other;
}

function restore() {
    // ruleid: php.request-unserialize-taint
    $state = unserialize($_COOKIE["state"]);
    // ok: php.request-unserialize-taint
    $data = json_decode($_COOKIE["state"]);
    return [$state, $data];
}

function login() {
    // ruleid: php.open-redirect-taint
    header("Location: " . $_GET["next"]);
    // ok: php.open-redirect-taint
    header("Location: /home");
}

function store($password, $body) {
    // ruleid: php.weak-hash
    $hash = md5($password);
    // ok: php.weak-hash
    $etag = md5($body);
    // ok: php.weak-hash
    $good = password_hash($password, PASSWORD_DEFAULT);
    return [$hash, $etag, $good];
}

function check($token, $expected) {
    // ruleid: php.loose-token-comparison
    if ($token == $expected) {
        return true;
    }
    // ok: php.loose-token-comparison
    return hash_equals($expected, $token);
}

function session() {
    // ruleid: php.rand-secret
    $sessionToken = md5(mt_rand());
    // ok: php.rand-secret
    $colour = mt_rand(0, 255);
    // ok: php.rand-secret
    $csrfToken = bin2hex(random_bytes(16));
    return [$sessionToken, $colour, $csrfToken];
}

function fetch($url) {
    $curl = curl_init($url);
    // ruleid: php.curl-verify-off
    curl_setopt($curl, CURLOPT_SSL_VERIFYPEER, false);
    // ok: php.curl-verify-off
    curl_setopt($curl, CURLOPT_SSL_VERIFYPEER, true);
    return curl_exec($curl);
}

// ruleid: php.phpinfo
phpinfo();
// ok: php.phpinfo
phpversion();

// ruleid: php.extract-request
extract($_POST);
// ok: php.extract-request
extract($defaults);
