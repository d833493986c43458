export { canShowTop, showTop } from "./show-top.ts";
export { topTable } from "./top-table.ts";
