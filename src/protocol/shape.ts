import { ProtocolError } from "./errors.ts";

/**
 * The smallest schema language that describes our messages: the agent carries no dependency, and every field
 * that crosses the wire is checked on both sides. A trailing `?` makes a field optional.
 */
interface Kinds {
  text: string;
  count: number;
  /** Any finite number. */
  number: number;
  flag: boolean;
  texts: string[];
  /** Name → text. */
  table: Record<string, string>;
  files: FileReference[];
  /** Whatever JSON holds. */
  json: unknown;
}

/** Content by its hash; `path` where the same disk already holds it. */
export interface FileReference {
  name: string;
  /** SHA-256, lower-case hexadecimal. */
  sha: string;
  path?: string;
}

type Kind = keyof Kinds;
export type Shape = Readonly<Record<string, Kind | `${Kind}?`>>;
type Required<S extends Shape> = { [F in keyof S as S[F] extends Kind ? F : never]: Kinds[S[F] & Kind] };
type Optional<S extends Shape> = {
  [F in keyof S as S[F] extends `${Kind}?` ? F : never]?: S[F] extends `${infer K extends Kind}?`
    ? Kinds[K]
    : never;
};
export type ShapeOf<S extends Shape> = Required<S> & Optional<S>;

const checks: { [K in Kind]: (value: unknown) => boolean } = {
  text: (value) => typeof value === "string",
  count: isCount,
  number: (value) => typeof value === "number" && Number.isFinite(value),
  flag: (value) => typeof value === "boolean",
  texts: (value) => Array.isArray(value) && value.every((item) => typeof item === "string"),
  table: (value) => isRecord(value) && Object.values(value).every((item) => typeof item === "string"),
  files: (value) => Array.isArray(value) && value.every(isFileReference),
  json: () => true,
};

export type ShapeCheck = (value: Readonly<Record<string, unknown>>) => void;

/**
 * A check that throws a ProtocolError naming the field. Fields that the shape does not know are let through unread.
 * Prepared once: it runs for every message.
 */
export function shapeCheck(name: string, shape: Shape): ShapeCheck {
  const fields = Object.entries(shape).map(([field, kind]) => {
    const optional = kind.endsWith("?");
    const plain = (optional ? kind.slice(0, -1) : kind) as Kind;
    return { field, optional, plain, isRight: checks[plain] };
  });
  return (value) => {
    for (const { field, optional, plain, isRight } of fields) {
      const found = value[field];
      if ((found === undefined && optional) || isRight(found)) continue;
      throw new ProtocolError(`"${field}" of a ${name} message is not a ${plain}`);
    }
  };
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function isSha(text: string): boolean {
  return /^[0-9a-f]{64}$/.test(text);
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isFileReference(value: unknown): boolean {
  if (!isRecord(value) || typeof value["name"] !== "string") return false;
  if (typeof value["sha"] !== "string" || !isSha(value["sha"])) return false;
  return value["path"] === undefined || typeof value["path"] === "string";
}
