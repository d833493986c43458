import type { FoundStep } from "../../findings/file-findings.ts";
import { evaluate, type Evaluation } from "../evaluate/evaluate-formula.ts";
import type { CompiledFormula } from "../evaluate/compiled-formula.ts";
import type { Match } from "../match/find-matches.ts";
import type { Source } from "../match/source.ts";
import type { CompiledTaint } from "./compile-taint.ts";
import { FlowWalk, type Hit } from "./flow-walk.ts";
import { type Step, stepsOf } from "./origins.ts";
import { placeKey, type Places } from "./places.ts";

export interface Flow {
  sink: Match;
  steps: readonly FoundStep[];
}

/** Every way of tainted data from a source to a sink in one file; of several to one sink, the first. */
export function findFlows(taint: CompiledTaint, evaluation: Evaluation): Flow[] {
  const { source } = evaluation;
  if (source === undefined) return [];
  const places = (formulas: readonly CompiledFormula[]): Places =>
    new Map(
      formulas
        .flatMap((formula) => evaluate(formula, evaluation))
        .map((match) => [placeKey(match.start, match.end), match]),
    );
  const sinks = places(taint.sinks);
  if (sinks.size === 0) return [];
  const sources = places(taint.sources);
  if (sources.size === 0) return [];
  const propagators = taint.propagators.flatMap(({ item, from, to }) =>
    evaluate(item, evaluation).map((match) => ({
      match,
      from: match.bindings[from],
      to: match.bindings[to],
    })),
  );
  const walk = new FlowWalk(source, {
    sources,
    sinks,
    sanitizers: places(taint.sanitizers),
    propagators: Map.groupBy(propagators, ({ match }) => placeKey(match.start, match.end)),
  });
  return walk.run().map((hit) => flowOf(hit, source));
}

function flowOf({ sink, step }: Hit, source: Source): Flow {
  const steps = stepsOf(step).map((one: Step) => ({
    start: source.start(one.node),
    end: source.end(one.node),
    message: one.message,
  }));
  return { sink, steps: [...steps, { start: sink.start, end: sink.end, message: "it is used here" }] };
}
