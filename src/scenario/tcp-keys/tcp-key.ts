import type { TcpBlueprint } from '../../simulation/blueprint.ts'
import type { CongestionControlDescriptor } from '../../transport/congestion/congestion-control.ts'
import type { CongestionControlsByName } from '../../transport/congestion/congestion-controls.ts'
import type { TcpOverrides, TcpProfileName } from '../../transport/profiles/tcp-profiles.ts'
import type { LossRecoveryName } from '../../transport/recovery/loss-recoveries.ts'
import { orList } from '../../values/kinds.ts'
import type { Hint } from '../../values/parsed.ts'
import type { ProblemCode } from '../problems/problem-codes.ts'
import type { z } from '../schema/zod.ts'
import type { TreeInput } from '../tree/build-tree.ts'

/** A key of `hosts.NAME.tcp`: its schema, and what it sets of the host's TCP. */
export interface TcpKey<Schema extends z.ZodType = z.ZodType> {
  /** Makes the schema of a written value. Its description has meaning, default and bounds. */
  schema(): Schema
  /** Returns the settings of the profile that a written value replaces. */
  override?(written: z.output<Schema>): TcpOverrides
  /** Returns what a written value sets besides the settings of a profile. */
  set?(written: z.output<Schema>): Partial<Omit<TcpBlueprint, 'overrides'>>
  /** Returns what keeps a written value from having an effect. */
  check?(written: z.output<Schema>, settings: TcpSettings): readonly TcpProblem[]
  /** Returns the value as a scenario writes it, or undefined when it writes none. */
  print?(tcp: TcpBlueprint): TreeInput | undefined
}

/** The settings of a host with which a key must go together. */
export interface TcpSettings {
  readonly profile: TcpProfileName
  readonly congestion: string
  readonly recovery: LossRecoveryName
  /** The congestion controls that the host may name. */
  readonly controls: CongestionControlsByName
  /** Returns whether the host has this key of TCP. */
  has(key: string): boolean
}

/** The setting that a key needs, with the one that the host has; or another problem. */
export type TcpProblem =
  | { readonly needs: string; readonly has: string }
  | { readonly code: ProblemCode; readonly message: string; readonly hint?: Hint }

/** Makes a key, whose functions take what its schema makes of a written value. */
export function tcpKey<Schema extends z.ZodType>(key: TcpKey<Schema>): TcpKey<Schema> {
  return key
}

/** Returns the problem of a host whose congestion control is not able to do something. */
export function needsControl(
  { congestion, controls }: TcpSettings,
  isAble: (control: CongestionControlDescriptor) => boolean,
): readonly TcpProblem[] {
  // An unknown congestion control is a problem of its own.
  if (!Object.hasOwn(controls, congestion) || isAble(controls[congestion])) return []
  const able = Object.keys(controls).filter((name) => isAble(controls[name]))
  return [{ needs: `congestion: ${orList(able)}`, has: `congestion: ${congestion}` }]
}

export function isWindowBased({ standard }: CongestionControlDescriptor): boolean {
  return standard.control === undefined
}
