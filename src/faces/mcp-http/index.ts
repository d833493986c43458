export { type HttpOptions, serveHttp } from "./serve-http.ts";
