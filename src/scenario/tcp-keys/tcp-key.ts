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

/** A key of `hosts.NAME.tcp`: its schema, and the TCP settings of the host that it sets. */
export interface TcpKey<Schema extends z.ZodType = z.ZodType> {
  /** Makes the schema of a written value. Its description has the meaning, the default and the bounds. */
  schema(): Schema
  /** Returns the settings of the profile that a written value replaces. */
  override?(written: z.output<Schema>): TcpOverrides
  /** Returns the settings outside a profile that a written value sets. */
  set?(written: z.output<Schema>): Partial<Omit<TcpBlueprint, 'overrides'>>
  /** Returns the reasons why a written value has no effect. */
  check?(written: z.output<Schema>, settings: TcpSettings): readonly TcpProblem[]
  /** Returns the value as a scenario writes it; undefined if it is not written. */
  print?(tcp: TcpBlueprint): TreeInput | undefined
}

/** The TCP settings of a host, with which a key has to be compatible. */
export interface TcpSettings {
  readonly profile: TcpProfileName
  readonly congestion: string
  readonly recovery: LossRecoveryName
  /** The congestion controls that the host may name. */
  readonly controls: CongestionControlsByName
  /** Returns whether the host's section has this key. */
  has(key: string): boolean
}

/** A setting that a key needs, together with the actual setting of the host; or another problem. */
export type TcpProblem =
  | { readonly needs: string; readonly has: string }
  | { readonly code: ProblemCode; readonly message: string; readonly hint?: Hint }

/** Makes a key. Its functions receive the value that its schema returns. */
export function tcpKey<Schema extends z.ZodType>(key: TcpKey<Schema>): TcpKey<Schema> {
  return key
}

/** Returns the problem of a host whose congestion control lacks an ability. */
export function needsControl(
  { congestion, controls }: TcpSettings,
  isAble: (control: CongestionControlDescriptor) => boolean,
): readonly TcpProblem[] {
  // An unknown congestion control is reported separately.
  if (!Object.hasOwn(controls, congestion) || isAble(controls[congestion])) return []
  const able = Object.keys(controls).filter((name) => isAble(controls[name]))
  return [{ needs: `congestion: ${orList(able)}`, has: `congestion: ${congestion}` }]
}

export function isWindowBased({ standard }: CongestionControlDescriptor): boolean {
  return standard.control === undefined
}
