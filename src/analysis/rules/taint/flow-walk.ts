import type { Match } from "../match/find-matches.ts";
import type { Binding } from "../match/binding.ts";
import { TooManyStepsError } from "../match/matcher.ts";
import type { Source } from "../match/source.ts";
import { Is } from "../syntax/compile-syntax.ts";
import { conditionOf, isArm, isElse, leaves } from "./branches.ts";
import { type FunctionParts, Functions } from "./functions.ts";
import { appended, CLEAN, Held, join, moved, next, type Step, type Taint } from "./origins.ts";
import { callParts, PUTS } from "./calls.ts";
import { placeKey, type Places } from "./places.ts";
import { addTo, assign, plainText, shortText } from "./targets.ts";

export interface TaintPlaces {
  sources: Places;
  sinks: Places;
  sanitizers: Places;
  propagators: ReadonlyMap<number, readonly { from: Binding | undefined; to: Binding | undefined }[]>;
}

/** Tainted data that has arrived. */
export interface Hit {
  sink: Match;
  step: Step;
}

/** What a call of a function of the file does. */
interface Summary {
  /** From sources inside, and (as parameters) from arguments. */
  returns: Taint;
  /** Sinks that a parameter reaches. */
  sinks: readonly { parameter: number; hit: Hit }[];
}

const NOTHING: Summary = { returns: CLEAN, sinks: [] };
/** Nodes that are looked at for one rule in one file: loops and branches look more than once. */
const MOST_VISITS = 3_000_000;
/** Deeper code is not followed: the stack of this process is finite. */
const DEEPEST = 400;
/** Sinks that one parameter is followed to. */
const MOST_PARAMETER_SINKS = 50;

/**
 * Follows tainted data through one file: in the order of the code, with what each branch may leave behind, every loop
 * twice, and calls of the file's own functions by what they return and where their parameters end up. Fields and
 * elements of something tainted are tainted; a name that is given something else is clean again.
 */
export class FlowWalk {
  readonly #source: Source;
  readonly #places: TaintPlaces;
  readonly #functions: Functions;
  readonly #summaries = new Map<number, Summary>();
  readonly #hits = new Map<number, Hit>();
  #held = new Held();
  #returns: Taint = CLEAN;
  #parameterSinks: { parameter: number; hit: Hit }[] = [];
  /** What the children of the node that was just looked at hold. */
  #inner: Taint = CLEAN;
  #visits = 0;
  #depth = 0;

  constructor(source: Source, places: TaintPlaces) {
    this.#source = source;
    this.#places = places;
    this.#functions = new Functions(source);
  }

  run(): Hit[] {
    this.#held = new Held();
    // Code outside of functions comes first.
    this.#eval(0);
    for (const node of this.#functions.outermost) this.#summary(node);
    return [...this.#hits.values()];
  }

  /** By what a function's parameters turn into. */
  #summary(node: number): Summary {
    const known = this.#summaries.get(node);
    if (known !== undefined) return known;
    // A function that calls itself adds nothing by that.
    this.#summaries.set(node, NOTHING);
    const saved = {
      held: this.#held,
      returns: this.#returns,
      sinks: this.#parameterSinks,
      depth: this.#depth,
    };
    this.#held = new Held();
    this.#returns = CLEAN;
    this.#parameterSinks = [];
    this.#depth = 0;
    const parts = this.#functions.parts(node);
    for (const [index, { name, node: at }] of parts.parameters.entries()) {
      const own = this.#sourceAt(at);
      this.#held.add(
        name,
        join([{ from: -1 - index, step: next(undefined, at, `it is given as ${name}`) }], own),
      );
    }
    this.#body(parts);
    const summary = { returns: this.#returns, sinks: this.#parameterSinks };
    this.#held = saved.held;
    this.#returns = saved.returns;
    this.#parameterSinks = saved.sinks;
    this.#depth = saved.depth;
    this.#summaries.set(node, summary);
    return summary;
  }

  #body({ node, body }: FunctionParts): void {
    if (body >= 0) {
      const value = this.#eval(body);
      // An expression as a body, and the last statement where that is what is returned.
      const isBlock = (this.#source.is(body) & Is.block) !== 0;
      if (!isBlock || /^(?:rust|ruby)$/.test(this.#source.syntax.id))
        this.#returns = join(this.#returns, value);
    } else for (const child of this.#source.children(node)) this.#eval(child);
  }

  #sourceAt(node: number): Taint {
    const { sources } = this.#places;
    const key = placeKey(this.#source.start(node), this.#source.end(node));
    if (!sources.has(key)) return CLEAN;
    return [{ from: key, step: next(undefined, node, "tainted data comes from here") }];
  }

  /** What a node's value may hold; everything below happens. */
  #eval(given: number): Taint {
    const source = this.#source;
    if (++this.#visits > MOST_VISITS) throw new TooManyStepsError("too much to follow");
    if (this.#depth > DEEPEST) return CLEAN;
    this.#depth++;
    const node = source.unwrap(given);
    const key = placeKey(source.start(node), source.end(node));
    let value = this.#value(node);
    const inner = join(value, this.#inner);
    const { sanitizers, sinks, propagators } = this.#places;
    if (sanitizers.has(key)) value = CLEAN;
    else {
      value = join(value, this.#sourceAt(node));
      const sink = sinks.get(key);
      if (sink !== undefined) this.#arrive(sink, join(inner, value));
    }
    for (const { from, to } of propagators.get(key) ?? []) this.#propagate(from, to);
    this.#inner = CLEAN;
    this.#depth--;
    return value;
  }

  #arrive(sink: Match, taint: Taint): void {
    for (const { from, step } of taint) {
      const hit = { sink, step };
      if (from >= 0) {
        const key = placeKey(sink.start, sink.end);
        if (!this.#hits.has(key)) this.#hits.set(key, hit);
      } else if (this.#parameterSinks.length < MOST_PARAMETER_SINKS)
        this.#parameterSinks.push({ parameter: -1 - from, hit });
    }
  }

  #propagate(from: Binding | undefined, to: Binding | undefined): void {
    if (from === undefined || to === undefined || from.node < 0 || to.node < 0) return;
    addTo(this.#held, this.#source, to.node, this.#eval(from.node));
  }

  /** Sets `#inner` to what the children hold. */
  #value(node: number): Taint {
    const source = this.#source;
    const bits = source.is(node);
    const symbol = source.symbol(node);
    if ((bits & Is.function) !== 0) return this.#nested(node);
    if ((bits & Is.name) !== 0 && source.isLeaf(node)) return this.#held.get(source.textOf(node)) ?? CLEAN;
    if ((bits & Is.string) !== 0 && source.stringValue(node) !== undefined) return CLEAN;
    if ((bits & Is.call) !== 0) return this.#call(node);
    if ((bits & Is.member) !== 0) return this.#member(node);
    if ((bits & Is.subscript) !== 0) return this.#subscript(node);
    if ((bits & Is.assignment) !== 0) return this.#assignment(node);
    if ((bits & Is.iteration) !== 0) {
      const [target, from] = source.syntax.iterations.get(symbol)!;
      const targetNode = source.follow(node, target);
      const fromNode = source.follow(node, from);
      if (targetNode >= 0 && fromNode >= 0)
        assign(
          this.#held,
          this.#source,
          targetNode,
          moved(this.#eval(fromNode), targetNode, "it is one of these"),
        );
    }
    if ((bits & Is.loop) !== 0) {
      const before = this.#held.copy();
      this.#children(node);
      this.#held = Held.after([this.#held, before]);
    }
    if ((bits & Is.return) !== 0) {
      const value = this.#children(node);
      this.#returns = join(this.#returns, value);
      return value;
    }
    if ((bits & Is.concatenation) !== 0 && source.syntax.putToken !== 0) this.#putInto(node);
    const value = this.#children(node);
    return this.#isComparison(node) ? CLEAN : value;
  }

  /** `list << item;`: what stands on the right is in the leftmost from now on. As part of something else it may be a shift. */
  #putInto(node: number): void {
    const source = this.#source;
    const isPut = (at: number): boolean =>
      source.symbol(at) === source.symbol(node) &&
      source.children(at).some((child) => source.symbol(child) === source.syntax.putToken);
    const parent = source.parents[node]!;
    if (!isPut(node) || parent < 0 || (source.is(parent) & (Is.block | Is.transparent)) === 0) return;
    let held: Taint = CLEAN;
    let left = node;
    while (isPut(left)) {
      const parts = source.children(left).filter((child) => source.isNamed(child));
      if (parts.length !== 2) return;
      held = join(held, this.#eval(parts[1]!));
      left = source.unwrap(parts[0]!);
    }
    if (held.length > 0)
      addTo(this.#held, this.#source, left, moved(held, node, `it is put into ${shortText(source, left)}`));
  }

  /** All children in order; arms of a branch side by side. */
  #children(node: number): Taint {
    const source = this.#source;
    const bits = source.is(node);
    const isBlock = (bits & Is.block) !== 0;
    const key =
      (bits & Is.entry) === 0 ? -1 : source.follow(node, source.syntax.entries.get(source.symbol(node)));
    let all: Taint = CLEAN;
    let before: Held | undefined;
    let ended: Held[] = [];
    let hasElse = false;
    const condition = (bits & Is.branch) === 0 ? -1 : conditionOf(source, node);
    for (const child of source.children(node)) {
      if (child === key && !/^(?:php|go)$/.test(source.syntax.id)) continue;
      if (!isArm(source, node, child)) {
        const value = this.#eval(child);
        if (child !== condition) all = isBlock ? value : join(all, value);
        continue;
      }
      before ??= this.#held;
      this.#held = before.copy();
      all = join(all, this.#eval(child));
      hasElse ||= isElse(source, child);
      if (!leaves(source, child)) ended.push(this.#held);
      this.#held = before;
    }
    if (before !== undefined) {
      if (!hasElse) ended = [before, ...ended];
      if (ended.length > 0) this.#held = Held.after(ended);
    }
    this.#inner = all;
    return all;
  }

  #isComparison(node: number): boolean {
    const source = this.#source;
    return source
      .children(node)
      .some((child) => !source.isNamed(child) && (source.is(child) & Is.comparison) !== 0);
  }

  /** A function inside of this one sees what its surroundings hold. */
  #nested(node: number, given: Taint = CLEAN): Taint {
    // At the top, functions are looked at one by one.
    const parts = this.#functions.parts(node);
    const outer = this.#held;
    const returns = this.#returns;
    const parents = this.#source.parents[node]!;
    if (parents < 0) return CLEAN;
    this.#held = outer.copy();
    this.#returns = CLEAN;
    for (const { name, node: at } of parts.parameters) {
      const own = join(this.#sourceAt(at), moved(given, at, `it is given as ${name}`));
      if (own.length > 0 || outer.get(name) !== undefined) this.#held.add(name, CLEAN);
      this.#held.set(name, own);
    }
    this.#body(parts);
    const value = this.#returns;
    this.#held = Held.after([outer, this.#held]);
    this.#returns = returns;
    this.#inner = CLEAN;
    return value;
  }

  #member(node: number): Taint {
    const source = this.#source;
    const [objectPath] = source.syntax.members.get(source.symbol(node))!;
    const object = source.follow(node, objectPath);
    const own = this.#held.get(plainText(source, node));
    const whole = object < 0 ? CLEAN : this.#eval(object);
    this.#inner = whole;
    return own ?? whole;
  }

  #subscript(node: number): Taint {
    const source = this.#source;
    const container = source.follow(node, source.syntax.subscripts.get(source.symbol(node)));
    let value: Taint = CLEAN;
    for (const child of source.children(node)) {
      const held = this.#eval(child);
      if (child === container || (container === node && value === CLEAN)) value = held;
    }
    this.#inner = value;
    return this.#held.get(plainText(source, node)) ?? value;
  }

  #assignment(node: number): Taint {
    const source = this.#source;
    const role = source.syntax.assignments.get(source.symbol(node))!;
    const target = source.follow(node, role.target);
    const valueNode =
      role.value === undefined ? source.constants.valueNode(node) : source.follow(node, role.value);
    if (target < 0 || valueNode < 0 || target === valueNode) return this.#children(node);
    const value = this.#eval(valueNode);
    const isPlain =
      role.operator === 0 || source.children(node).some((child) => source.symbol(child) === role.operator);
    // What is put into a field may be a sink.
    const before = this.#eval(target);
    const carried = moved(value, target, `it is held by ${shortText(source, target)}`);
    if (role.augmented || !isPlain) addTo(this.#held, this.#source, target, join(before, carried));
    else assign(this.#held, this.#source, target, carried);
    this.#inner = value;
    return value;
  }

  #call(node: number): Taint {
    const source = this.#source;
    const { callee, object, name, list, given, others } = callParts(source, node);
    const own = object >= 0 ? this.#eval(object) : callee >= 0 ? this.#eval(callee) : CLEAN;
    const taints = [...given, ...others].map((one) =>
      (source.is(one) & Is.function) === 0 ? this.#eval(one) : this.#nested(one, own),
    );
    const all = taints.reduce(join, CLEAN);
    if (PUTS.test(name) && object >= 0 && all.length > 0)
      addTo(
        this.#held,
        this.#source,
        object,
        moved(all, node, `it is put into ${shortText(source, object)}`),
      );
    const inner = join(own, all);
    // `a.b` is a call in Ruby, whether b is a field or not.
    const field = list < 0 && object >= 0 ? this.#held.get(plainText(source, node)) : undefined;
    if (field !== undefined) {
      this.#inner = inner;
      return field;
    }
    const target = this.#ownFunction(name, object);
    const value = target < 0 ? inner : this.#enter(target, name, node, taints, object >= 0);
    this.#inner = inner;
    return value;
  }

  /** A function of this file, where the call cannot be of another one. */
  #ownFunction(name: string, object: number): number {
    if (name === "") return -1;
    const receiver = object < 0 ? "" : this.#source.textOf(object);
    return /^(?:|self|this|cls|\$this|Self|static|super)$/.test(receiver) ? this.#functions.named(name) : -1;
  }

  #enter(target: number, name: string, node: number, taints: readonly Taint[], isMethod: boolean): Taint {
    const { hasSelf } = this.#functions.parts(target);
    const shift = hasSelf && isMethod ? 1 : 0;
    const { returns, sinks } = this.#summary(target);
    const argument = (parameter: number): Taint =>
      moved(taints[parameter - shift] ?? CLEAN, node, `it is given to ${name}()`);
    for (const { parameter, hit } of sinks) {
      for (const { from, step } of argument(parameter))
        this.#arrive(hit.sink, [{ from, step: appended(step, hit.step) }]);
    }
    let value: Taint = CLEAN;
    for (const { from, step } of returns) {
      if (from >= 0) value = join(value, [{ from, step: next(step, node, `${name}() returns it`) }]);
      else
        for (const one of argument(-1 - from))
          value = join(value, [
            { from: one.from, step: next(appended(one.step, step), node, `${name}() returns it`) },
          ]);
    }
    return value;
  }
}
