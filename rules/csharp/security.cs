using System;
using System.Data.SqlClient;
using System.Diagnostics;
using System.IO;
using System.Security.Cryptography;
using System.Xml;

class Security : Controller
{
    void Convert(string file)
    {
        // ruleid: csharp.process-start-concatenation
        Process.Start("convert", file + " out.png");
        // ruleid: csharp.process-start-concatenation
        Process.Start("convert", $"{file} out.png");
        // ok: csharp.process-start-concatenation
        Process.Start("convert", new[] { file, "out.png" });
    }

    void Find(SqlConnection connection, string name)
    {
        // ruleid: csharp.sql-string-building
        var first = new SqlCommand("SELECT * FROM users WHERE name = '" + name + "'", connection);
        // ruleid: csharp.sql-string-building
        var second = new SqlCommand($"SELECT * FROM users WHERE name = '{name}'", connection);
        // ok: csharp.sql-string-building
        var third = new SqlCommand("SELECT * FROM users WHERE name = @name", connection);
        third.Parameters.AddWithValue("@name", name);
    }

    void Show(SqlConnection connection)
    {
        var name = Request.Query["name"];
        var query = "SELECT * FROM users WHERE name = '" + name + "'";
        // ruleid: csharp.request-sql-taint
        var first = new SqlCommand(query, connection);
        var id = int.Parse(Request.Query["id"]);
        // ruleid: csharp.sql-string-building
        // ok: csharp.request-sql-taint
        var second = new SqlCommand("SELECT * FROM users WHERE id = " + id, connection);
    }

    void Download()
    {
        var path = Path.Combine("files", Request.Query["file"]);
        // ruleid: csharp.request-path-taint
        File.ReadAllText(path);
        // ok: csharp.request-path-taint
        File.ReadAllText(Path.Combine("files", Path.GetFileName(Request.Query["file"])));
    }

    object Restore(Stream stream)
    {
        // ruleid: csharp.binary-formatter
        var formatter = new BinaryFormatter();
        // ruleid: csharp.json-type-names
        var settings = new JsonSerializerSettings { TypeNameHandling = TypeNameHandling.All };
        // ok: csharp.json-type-names
        var plain = new JsonSerializerSettings { TypeNameHandling = TypeNameHandling.None };
        return formatter.Deserialize(stream);
    }

    void Crypto()
    {
        // ruleid: csharp.weak-hash
        using var md5 = MD5.Create();
        // ok: csharp.weak-hash
        using var sha = SHA256.Create();
        // ruleid: csharp.weak-cipher
        using var des = DES.Create();
        using var aes = Aes.Create();
        // ruleid: csharp.weak-cipher
        aes.Mode = CipherMode.ECB;
        // ok: csharp.weak-cipher
        aes.Mode = CipherMode.CBC;
        // ruleid: csharp.random-secret
        var sessionToken = new Random().Next();
        // ok: csharp.random-secret
        var delay = new Random().Next(10);
    }

    void Fetch(HttpClientHandler handler)
    {
        // ruleid: csharp.certificate-validation-off
        handler.ServerCertificateCustomValidationCallback = (message, certificate, chain, errors) => true;
        // ok: csharp.certificate-validation-off
        handler.ServerCertificateCustomValidationCallback = Check;
    }

    void Parse(XmlReaderSettings settings)
    {
        // ruleid: csharp.xxe
        settings.DtdProcessing = DtdProcessing.Parse;
        // ok: csharp.xxe
        settings.DtdProcessing = DtdProcessing.Prohibit;
    }

    // ruleid: csharp.request-validation-off
    [ValidateInput(false)]
    ActionResult Save(string html)
    {
        return View(html);
    }

    // ok: csharp.request-validation-off
    [HttpPost]
    ActionResult Store(string html)
    {
        return View(html);
    }

    void Remember(HttpResponse response)
    {
        // ruleid: csharp.cookie-flags
        response.Cookies.Append("session", "1", new CookieOptions { HttpOnly = false });
        // ok: csharp.cookie-flags
        response.Cookies.Append("session", "1", new CookieOptions { HttpOnly = true, Secure = true });
    }

    void Configure(CorsPolicyBuilder policy)
    {
        // ruleid: csharp.cors-any-origin
        policy.SetIsOriginAllowed(origin => true);
        // ok: csharp.cors-any-origin
        policy.WithOrigins("https://example.org");
    }

    // ruleid: csharp.async-void
    async void Refresh()
    {
        await Load();
    }

    // ok: csharp.async-void
    async void OnClick(object sender, EventArgs args)
    {
        await Load();
    }

    // ok: csharp.async-void
    async Task RefreshAll()
    {
        await Load();
    }
}
