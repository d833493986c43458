package shop;

import java.io.*;
import java.nio.file.Paths;
import java.security.MessageDigest;
import java.sql.*;
import java.util.Random;
import javax.crypto.Cipher;
import javax.naming.directory.DirContext;
import javax.net.ssl.SSLContext;
import javax.script.ScriptEngine;
import javax.servlet.http.*;
import javax.xml.parsers.DocumentBuilderFactory;

class Security extends HttpServlet {
  void resize(String file, String size) throws IOException {
    // ruleid: java.runtime-exec
    Runtime.getRuntime().exec("convert " + file + " -resize " + size);
    // ruleid: java.runtime-exec
    new ProcessBuilder("sh", "-c", "convert " + file).start();
    // ok: java.runtime-exec
    new ProcessBuilder("convert", file, "-resize", size).start();
    // ok: java.runtime-exec
    Runtime.getRuntime().exec("uptime");
  }

  ResultSet find(Connection db, String name) throws SQLException {
    Statement statement = db.createStatement();
    // ruleid: java.sql-string-building
    statement.executeQuery("SELECT * FROM users WHERE name = '" + name + "'");
    // ruleid: java.sql-string-building
    statement.executeQuery(String.format("SELECT * FROM users WHERE name = '%s'", name));
    // ok: java.sql-string-building
    PreparedStatement prepared = db.prepareStatement("SELECT * FROM users WHERE name = ?");
    prepared.setString(1, name);
    return prepared.executeQuery();
  }

  protected void doGet(HttpServletRequest request, HttpServletResponse response) throws Exception {
    String name = request.getParameter("name");
    String query = "SELECT * FROM users WHERE name = '" + name + "'";
    // ruleid: java.servlet-sql-taint
    statement.executeQuery(query);
    int id = Integer.parseInt(request.getParameter("id"));
    // ruleid: java.sql-string-building
    // ok: java.servlet-sql-taint
    statement.executeQuery("SELECT * FROM users WHERE id = " + id);
    // ruleid: java.servlet-command-taint, java.runtime-exec
    Runtime.getRuntime().exec("ping " + name);
    // ok: java.servlet-command-taint
    Runtime.getRuntime().exec("uptime");
    // ruleid: java.servlet-path-taint
    File file = new File("/srv/files", name);
    // ok: java.servlet-path-taint
    File fixed = new File("/srv/files", "index.html");
    // ruleid: java.servlet-xss-taint
    response.getWriter().println("<h1>Hello " + name + "</h1>");
    // ok: java.servlet-xss-taint
    response.getWriter().println("<h1>Hello " + HtmlUtils.htmlEscape(name) + "</h1>");
    // ruleid: java.servlet-redirect-taint
    response.sendRedirect(request.getParameter("next"));
    // ok: java.servlet-redirect-taint
    response.sendRedirect("/home");
  }

  Object restore(InputStream stream) throws Exception {
    ObjectInputStream in = new ObjectInputStream(stream);
    // ruleid: java.deserialization
    return in.readObject();
  }

  Object restoreChecked(InputStream stream) throws Exception {
    ObjectInputStream in = new ObjectInputStream(stream);
    in.setObjectInputFilter(FILTER);
    // ok: java.deserialization
    return in.readObject();
  }

  Object parse(InputStream stream) throws Exception {
    // ruleid: java.xxe
    DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
    return factory.newDocumentBuilder().parse(stream);
  }

  Object parseSafely(InputStream stream) throws Exception {
    // ok: java.xxe
    DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
    factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
    return factory.newDocumentBuilder().parse(stream);
  }

  void crypto() throws Exception {
    // ruleid: java.weak-hash
    MessageDigest.getInstance("MD5");
    // ok: java.weak-hash
    MessageDigest.getInstance("SHA-256");
    // ruleid: java.weak-cipher
    Cipher.getInstance("AES/ECB/PKCS5Padding");
    // ruleid: java.weak-cipher
    Cipher.getInstance("DES");
    // ok: java.weak-cipher
    Cipher.getInstance("AES/GCM/NoPadding");
    // ruleid: java.random-secret
    long sessionToken = new Random().nextLong();
    // ok: java.random-secret
    int delay = new Random().nextInt(10);
    // ruleid: java.old-tls
    SSLContext.getInstance("SSLv3");
    // ok: java.old-tls
    SSLContext.getInstance("TLSv1.3");
  }

  static class TrustAll implements X509TrustManager {
    // ruleid: java.trust-all-certificates
    public void checkServerTrusted(X509Certificate[] chain, String type) {
    }

    // ok: java.trust-all-certificates
    public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
      delegate.checkClientTrusted(chain, type);
    }
  }

  void tokens(JwtParser parser, String token) {
    // ruleid: java.jwt-unsigned
    parser.parseClaimsJwt(token);
    // ok: java.jwt-unsigned
    parser.parseClaimsJws(token);
  }

  void configure(HttpSecurity http) throws Exception {
    // ruleid: java.spring-csrf-off
    http.csrf().disable();
    // ok: java.spring-csrf-off
    http.csrf(withDefaults());
  }

  void remember(Cookie cookie) {
    // ruleid: java.cookie-flags
    cookie.setHttpOnly(false);
    // ok: java.cookie-flags
    cookie.setSecure(true);
  }

  void quiet() {
    try {
      work();
    } catch (IOException error) {
      // ruleid: java.print-stack-trace
      error.printStackTrace();
    }
  }

  Object calculate(ScriptEngine engine, String expression) throws Exception {
    // ok: java.script-engine-eval
    engine.eval("1 + 1");
    // ruleid: java.script-engine-eval
    return engine.eval("value = " + expression);
  }

  void lookup(DirContext context, String user) throws Exception {
    // ruleid: java.ldap-injection
    context.search("ou=people", "(uid=" + user + ")", controls);
    // ok: java.ldap-injection
    context.search("ou=people", "(uid={0})", new Object[] {user}, controls);
  }
}
