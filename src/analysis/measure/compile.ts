import type { Language } from "web-tree-sitter";
import type {
  CallRole,
  ChildTexts,
  DetachedPlace,
  ExportRule,
  FunctionRole,
  LanguageData,
  Place,
  ValueRole,
} from "../language.ts";
import { ERROR_SYMBOL } from "../parse/flat-tree.ts";
import type {
  CompiledFunction,
  CompiledImport,
  CompiledLanguage,
  CompiledTexts,
  Condition,
} from "./compiled-language.ts";
import { compilePath, type FieldPath, fieldId, kindId } from "./field-path.ts";
import { Role } from "./roles.ts";
import { tokenRoles } from "./token-roles.ts";

export function compileLanguage(data: LanguageData, language: Language): CompiledLanguage {
  const roles = tokenRoles(language);
  const kind = (name: string): number => kindId(language, name);
  const path = (text: string | undefined): FieldPath | undefined =>
    text === undefined ? undefined : compilePath(language, text);
  const kinds = (names: readonly string[] | undefined): Set<number> => new Set((names ?? []).map(kind));
  const byKind = <From, To>(
    table: Readonly<Record<string, From>> | undefined,
    role: number,
    make: (from: From) => To,
  ): Map<number, To> => {
    const made = new Map<number, To>();
    for (const [name, from] of Object.entries(table ?? {})) {
      made.set(kind(name), make(from));
      roles[kind(name)]! |= role;
    }
    return made;
  };
  const mark = (names: readonly string[], role: number): void => {
    for (const name of names) roles[kind(name)]! |= role;
  };
  const places = (
    list: readonly (Place | DetachedPlace)[] | undefined,
    role: number,
  ): Map<number, Condition[]> => {
    const made = new Map<number, Condition[]>();
    for (const place of list ?? []) {
      const symbol = kind(typeof place === "string" ? place : place.kind);
      roles[symbol]! |= role;
      if (typeof place === "string") continue;
      const conditions = made.get(symbol) ?? [];
      conditions.push({
        parents: place.parents && kinds(place.parents),
        notParents: place.notParents && kinds(place.notParents),
        field: place.field === undefined ? 0 : fieldId(language, place.field),
        has: place.has === undefined ? 0 : kind(place.has),
        hasNot: place.hasNot === undefined ? 0 : kind(place.hasNot),
        with: path(place.with),
        without: path(place.without),
        only: "only" in place ? fieldId(language, place.only) : 0,
        unless: place.unless && {
          field: fieldId(language, place.unless.field),
          text: place.unless.text,
        },
      });
      made.set(symbol, conditions);
    }
    return made;
  };

  roles[ERROR_SYMBOL]! |= Role.error;
  mark(data.comments, Role.comment);
  mark(data.literals, data.interpolation === undefined ? Role.literal : Role.literal | Role.template);
  mark(data.logical.nodes, Role.logicalNode);
  mark(
    data.logical.operators.map((operator) => `'${operator}'`),
    Role.logicalOperator,
  );
  mark(data.cognitive.ifs, Role.if);
  mark(data.cognitive.parentheses, Role.parenthesis);

  const imports = new Map<number, CompiledImport[]>();
  const kindNames = new Map<number, string>();
  for (const role of data.imports) {
    const symbol = kind(role.kind);
    roles[symbol]! |= Role.import;
    const unwrap = new Map(
      Object.entries(role.unwrap ?? {}).map(([name, inner]) => [kind(name), compilePath(language, inner)]),
    );
    const compiled: CompiledImport = {
      role,
      source: compilePath(language, role.source),
      unwrap,
      callee: path(role.callee?.path),
      without: role.without === undefined ? 0 : fieldId(language, role.without),
      members: path(role.members),
      strip: role.strip === undefined ? undefined : new RegExp(role.strip, "g"),
      formByToken: new Map(Object.entries(role.formByToken ?? {}).map(([name, form]) => [kind(name), form])),
    };
    for (const name of Object.keys(role.formBy ?? {})) {
      const named = language.idForNodeType(name, true);
      if (named !== null) kindNames.set(named, name);
    }
    imports.set(symbol, [...(imports.get(symbol) ?? []), compiled]);
  }

  const { exported } = data;
  const lists = exported.rule === "ancestor" ? exported.lists : undefined;
  return {
    data,
    roles,
    kindNames,
    functions: byKind(data.functions, Role.function, (role) => compileFunction(language, role)),
    types: byKind(data.types, Role.type, (role) => ({
      role,
      name: compilePath(language, role.name),
      body: path(role.body),
      kindPath: path(role.kindBy?.path),
      kindBy: new Map(Object.entries(role.kindBy?.kinds ?? {}).map(([name, made]) => [kind(name), made])),
      restOfFileWithout: role.restOfFileWithout === undefined ? 0 : fieldId(language, role.restOfFileWithout),
    })),
    values: byKind(data.values, Role.value, (roles) =>
      [roles].flat().map((role: ValueRole) => ({
        role,
        name: compilePath(language, role.name),
        patterns: role.patterns && {
          kinds: kinds(role.patterns.kinds),
          withoutFields: new Set((role.patterns.without ?? []).map((field) => fieldId(language, field))),
        },
        tokens: role.tokens && kinds(role.tokens),
        only: role.only && compileTexts(language, role.only),
        unless: role.unless && compileTexts(language, role.unless),
        needs: role.needs === undefined ? 0 : fieldId(language, role.needs),
        pattern: role.pattern === undefined ? undefined : new RegExp(role.pattern, "u"),
        parents: role.parents && kinds(role.parents),
        grandparents: role.grandparents && kinds(role.grandparents),
      })),
    ),
    imports,
    modules: byKind(data.module, Role.module, (name) => compilePath(language, name)),
    calls: byKind(data.calls, Role.call, (role: CallRole) => ({
      callee: fieldId(language, role.callee),
      receiver: role.receiver === undefined ? 0 : fieldId(language, role.receiver),
      arguments: role.arguments === undefined ? 0 : fieldId(language, role.arguments),
    })),
    detached: places(data.detached, Role.detached),
    decisions: places(data.decisions, Role.decision),
    structures: places(data.cognitive.structures, Role.structure),
    nests: places(data.cognitive.nests, Role.nest),
    flat: places(data.cognitive.flat, Role.flat),
    elseIf: places(data.cognitive.elseIf, 0),
    symbols: language.nodeTypeCount,
    interpolation: data.interpolation === undefined ? 0 : kind(data.interpolation),
    conditionField: language.fieldIdForName("condition") ?? 0,
    wrapperKinds: Array.isArray(data.cognitive.wrapper) ? kinds(data.cognitive.wrapper) : undefined,
    exported: {
      rule: exported,
      kinds: kinds(
        exported.rule === "ancestor" ? exported.kinds : exported.rule === "tokens" ? exported.tokens : [],
      ),
      within: exportWithin(exported) === undefined ? 0 : kind(exportWithin(exported)!),
      publicIn: new Map(
        ((exported.rule === "tokens" && exported.publicIn) || []).map((place) =>
          typeof place === "string" ? [kind(place), 0] : [kind(place.kind), fieldId(language, place.field)],
        ),
      ),
      asType: kinds(exported.rule === "tokens" ? exported.asType : []),
      hidden:
        exported.rule === "ancestor" && exported.hidden !== undefined
          ? new RegExp(exported.hidden, "u")
          : undefined,
      hidingTexts: exported.rule === "ancestor" ? (exported.unless?.texts ?? []) : [],
      lists: byKind(lists, Role.exportList, (name) => compilePath(language, name)),
      hiddenIn: kinds(exported.rule === "unless-texts" ? exported.hiddenIn : []),
      notBelow: kinds(exported.rule === "unless-texts" ? exported.notBelow : []),
      hiddenBelowUnnamed: new Map(
        Object.entries((exported.rule === "unless-texts" && exported.hiddenBelowUnnamed) || {}).map(
          ([name, field]) => [kind(name), fieldId(language, field)],
        ),
      ),
    },
  };
}

function exportWithin(rule: ExportRule): string | undefined {
  if (rule.rule === "ancestor") return rule.unless?.within;
  return "within" in rule ? rule.within : undefined;
}

function compileTexts(language: Language, { within, texts }: ChildTexts): CompiledTexts {
  return { within: kindId(language, within), texts };
}

function compileFunction(language: Language, role: FunctionRole): CompiledFunction {
  const path = (text: string | undefined): FieldPath | undefined =>
    text === undefined ? undefined : compilePath(language, text);
  const entries = <From, To>(
    table: Readonly<Record<string, From>> | undefined,
    make: (from: From) => To,
  ): Map<number, To> =>
    new Map(Object.entries(table ?? {}).map(([name, from]) => [kindId(language, name), make(from)]));
  return {
    role,
    name: path(role.name),
    nameFrom: entries(role.nameFrom, (text) => compilePath(language, text)),
    nameThrough: new Set((role.nameThrough ?? []).map((name) => kindId(language, name))),
    parents: role.parents && new Set(role.parents.map((name) => kindId(language, name))),
    needs: path(role.needs),
    nestedNeeds: path(role.nestedNeeds),
    parameters: path(role.parameters),
    parameterTokens: new Set((role.parameterTokens ?? []).map((name) => kindId(language, name))),
    notParameters: new Set((role.notParameters ?? []).map((name) => kindId(language, name))),
    parameterNames: entries(role.parameterNames, (name) => kindId(language, name)),
    body: path(role.body),
    receiver: path(role.receiver),
    receiverName: path(role.receiverName),
    kindByToken: entries(role.kindByToken, (kind) => kind),
  };
}
