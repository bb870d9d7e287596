import { certificates } from './certificates.ts'
import { pods } from './pods.ts'
import type { ProgramDescriptor } from './program.ts'
import { services } from './services.ts'

/** All programs of a cluster, in the order in which they begin. Their names say whose an object is. */
const PROGRAMS = { certificates, services, pods }

type Registry = typeof PROGRAMS

export type ProgramName = keyof Registry

export type ProgramPlans = { readonly [N in ProgramName]: ReturnType<Registry[N]['plan']> }

/** By name, the apiserver's side of their objects. */
export type ProgramHandlers = { readonly [N in ProgramName]: ReturnType<Registry[N]['handler']> }

/** By name, the programs that share a descriptor. */
export type Programs = { readonly [N in ProgramName]: ReturnType<Registry[N]['programs']> }

type Descriptor<N extends ProgramName> = ProgramDescriptor<ProgramPlans[N], ProgramHandlers[N], Programs[N]>

const DESCRIPTORS: { readonly [N in ProgramName]: Descriptor<N> } = PROGRAMS

const NAMES = Object.keys(PROGRAMS) as readonly ProgramName[]

/** Applies `make` to each descriptor, in order. */
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
