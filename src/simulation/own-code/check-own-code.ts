import { namesOf } from '../../engine/registry.ts'
import { LONGEST_RUN_NS } from '../../engine/ticks.ts'
import { WINDOW_ONLY } from '../../transport/congestion/congestion-control.ts'
import { CONGESTION_CONTROLS } from '../../transport/congestion/congestion-controls.ts'
import type { Blueprint } from '../blueprint.ts'
import { InvalidOwnCode, OWN_VANTAGES, type OwnCode } from './own-code.ts'

/** The functions that every congestion control has. */
const HOOKS = [...namesOf(WINDOW_ONLY), 'onAcknowledged', 'thresholdAfterLoss'] as const

const CONTROL_LIMIT = 64
const NAME = /^[A-Za-z0-9][A-Za-z0-9_-]*$/

/**
 * Checks the shape of a user's objects at run time, for callers in JavaScript.
 * @throws InvalidOwnCode with all problems
 */
export function checkOwnCode(own: OwnCode): void {
  const problems = [...observerProblems(own), ...controlProblems(own), ...ruleProblems(own), ...attackerProblems(own)]
  if (problems.length > 0) throw new InvalidOwnCode(problems)
}

/** Checks that the scenario names only objects that were passed. @throws InvalidOwnCode with all problems */
export function checkNamedCode({ hosts }: Blueprint, { congestionControls = {} }: OwnCode): void {
  const known = [...namesOf(CONGESTION_CONTROLS), ...namesOf(congestionControls)]
  const problems = hosts.flatMap(({ name, tcp: { congestion } }) =>
    known.includes(congestion)
      ? []
      : [
          `the host ${name} has the congestion control ${congestion}, and there are ${known.join(', ')}: pass it to simulate() too, in congestionControls`,
        ],
  )
  if (problems.length > 0) throw new InvalidOwnCode(problems)
}

function observerProblems({ observers = [] }: OwnCode): string[] {
  return [
    ...namesProblems('observers', observers),
    ...observers.flatMap(({ name, observe }) => functionProblem(`observer ${name}`, 'observe', observe)),
  ]
}

function ruleProblems({ rules = [] }: OwnCode): string[] {
  return [
    ...namesProblems('rules', rules),
    ...rules.flatMap(({ name, on, judge, state }) => [
      ...(typeof on === 'string' ? [] : [`rule ${name}: on must be the name of a link or segment`]),
      ...functionProblem(`rule ${name}`, 'judge', judge),
      ...stateProblems(`rule ${name}`, state),
    ]),
  ]
}

function attackerProblems({ attackers = [] }: OwnCode): string[] {
  return [
    ...namesProblems('attackers', attackers),
    ...attackers.flatMap(({ name, vantage, on, paths = [], onPacket, state, fromNs = 0, untilNs = LONGEST_RUN_NS }) => {
      const object = `attacker ${name}`
      const isPlace = typeof on === 'string' || typeof on?.path === 'string'
      const areNames = Array.isArray(paths) && paths.every((path) => typeof path === 'string')
      const isSpan = Number.isSafeInteger(fromNs) && Number.isSafeInteger(untilNs) && 0 <= fromNs && fromNs < untilNs
      return [
        ...(NAME.test(name) ? [] : [`${object}: a name has letters, digits, - and _`]),
        ...(OWN_VANTAGES.includes(vantage)
          ? []
          : [`${object}: vantage must be ${OWN_VANTAGES.join(', ')}, and is ${String(vantage)}`]),
        ...(isPlace ? [] : [`${object}: on must be the name of a link, segment or host, or { path }`]),
        ...(areNames ? [] : [`${object}: paths must be a list of names`]),
        ...functionProblem(object, 'onPacket', onPacket),
        ...stateProblems(object, state),
        ...(isSpan
          ? []
          : [`${object}: fromNs and untilNs must be whole numbers from 0, the first less than the second`]),
      ]
    }),
  ]
}

function stateProblems(object: string, state: unknown): string[] {
  if (state === undefined) return []
  if (typeof state !== 'object' || state === null) return [`${object}: state must be an object with numbers`]
  return Object.entries(state).flatMap(([name, value]) =>
    typeof value === 'number' ? [] : [`${object}: state.${name} must be a number, and is ${typeof value}`],
  )
}

function controlProblems({ congestionControls = {} }: OwnCode): string[] {
  const entries = Object.entries(congestionControls)
  const tooMany = entries.length > CONTROL_LIMIT ? [`congestionControls: at most ${CONTROL_LIMIT} are possible`] : []
  return [
    ...tooMany,
    ...entries.flatMap(([name, { description, standard, variants = {} }]) => {
      const object = `congestion control ${name}`
      const naming = NAME.test(name)
        ? Object.hasOwn(CONGESTION_CONTROLS, name)
          ? [`${object}: onpath has one of this name; choose another`]
          : []
        : [`congestion control ${JSON.stringify(name)}: a name has letters, digits, - and _`]
      const described = typeof description === 'string' ? [] : [`${object}: description must be a text`]
      if (typeof standard !== 'object' || standard === null)
        return [...naming, ...described, `${object}: standard is missing: the object with its hooks`]
      const hooks = [standard, ...Object.values(variants)].flatMap((control) =>
        HOOKS.flatMap((hook) => functionProblem(object, hook, control[hook])),
      )
      return [...naming, ...described, ...hooks]
    }),
  ]
}

/** Returns the problems with the names in a list of objects. */
function namesProblems(list: string, objects: readonly { readonly name: string }[]): string[] {
  return objects.flatMap(({ name }, i) => {
    if (typeof name !== 'string' || name === '') return [`${list}[${i}]: name must be a text that is not empty`]
    return objects.findIndex((other) => other.name === name) < i
      ? [`${list}[${i}]: there are two of the name ${name}`]
      : []
  })
}

function functionProblem(object: string, hook: string, value: unknown): string[] {
  if (typeof value === 'function') return []
  return [`${object}: ${hook} must be a function, and is ${value === undefined ? 'missing' : typeof value}`]
}
