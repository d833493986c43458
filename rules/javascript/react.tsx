import DOMPurify from "dompurify";

export function Comment({ text }: { text: string }) {
  return (
    <article>
      {/* ruleid: javascript.react-dangerous-html */}
      <div dangerouslySetInnerHTML={{ __html: text }} />
      {/* ok: javascript.react-dangerous-html */}
      <div dangerouslySetInnerHTML={{ __html: DOMPurify.sanitize(text) }} />
      {/* ok: javascript.react-dangerous-html */}
      <div>{text}</div>
      {/* ruleid: javascript.react-javascript-url */}
      <Link href="javascript:logout()" />
      {/* ok: javascript.react-javascript-url */}
      <Link href="/logout" />
    </article>
  );
}
