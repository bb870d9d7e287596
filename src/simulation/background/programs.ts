import { certificates } from '../bootstrapping/bootstrapping.ts'
import { services } from '../kube-proxy/kube-proxy.ts'
import { ownNodes } from '../node-addresses/own-nodes.ts'
import type { ProgramDescriptor } from '../object-watches/program.ts'
import { pods } from '../pods/pods.ts'

/** All programs of a cluster, in the order in which they start. The names identify the owner of an object. */
const PROGRAMS = {
  certificates,
  services,
  pods,
  ownNodes,
}

type Registry = typeof PROGRAMS

/** The name of a group of programs. */
export type ProgramName = keyof Registry

/** The plans of all groups of programs, by name. */
export type ProgramPlans = { readonly [N in ProgramName]: ReturnType<Registry[N]['plan']> }

/** The apiserver's handlers of objects, by name of their programs. */
export type ProgramHandlers = { readonly [N in ProgramName]: ReturnType<Registry[N]['handler']> }

/** The programs of each descriptor, by its name. */
export type Programs = { readonly [N in ProgramName]: ReturnType<Registry[N]['programs']> }

type Descriptor<N extends ProgramName> = ProgramDescriptor<ProgramPlans[N], ProgramHandlers[N], Programs[N]>

const DESCRIPTORS: { readonly [N in ProgramName]: Descriptor<N> } = PROGRAMS

const NAMES = Object.keys(PROGRAMS) as readonly ProgramName[]

/** Applies `make` to each descriptor, in order. Returns the results by name. */
export function forAllPrograms<Result extends Readonly<Record<ProgramName, unknown>>>(
  make: <N extends ProgramName>(name: N, descriptor: Descriptor<N>) => Result[N],
): Result
export function forAllPrograms(
  make: <N extends ProgramName>(name: N, descriptor: Descriptor<N>) => unknown,
): Readonly<Record<string, unknown>> {
  const made: Record<string, unknown> = {}
  for (const name of NAMES) made[name] = make(name, DESCRIPTORS[name])
  return made
}
