import type { KubeletConfiguration } from '../../cluster/flags/configuration.ts'
import { type ConfigurationOf, type Flags, flagsOf } from '../../cluster/flags/flag.ts'
import { KUBELET_FIELDS } from '../../cluster/flags/kubelet-fields.ts'
import { configFile, refuseNoAuthentication } from '../../cluster/flags/kubelet-set-up.ts'
import { type ConfigurationContext, FlagResolver } from './flag-resolver.ts'
import type { WrittenProgram } from './written-flags.ts'

/** The configuration of a program, with the origin of each value. */
export interface Resolved<Configuration> {
  readonly configuration: Configuration
  /** The origins of values, by flag (`insecure-port`) or field (`authentication.webhook.cacheTTL`). */
  readonly origins: ReadonlyMap<string, string>
  /** Warnings that Kubernetes would log. */
  readonly notices: readonly string[]
}

/** Resolves the flags of a program: each gets its written value, or the default of the version. */
export function resolveFlags<Registry extends Flags>(
  flags: Registry,
  program: WrittenProgram,
  context: ConfigurationContext,
): Resolved<ConfigurationOf<Registry>> {
  return resolveWith(new FlagResolver(program, context), flags)
}

export function resolveKubelet(program: WrittenProgram, context: ConfigurationContext): Resolved<KubeletConfiguration> {
  const resolver = new FlagResolver(program, context)
  const { path, values } = program.own
  if (values !== undefined) resolver.checkName(configFile, path)
  const resolved = resolveWith(resolver, KUBELET_FIELDS)
  for (const refusal of refuseNoAuthentication(resolved.configuration))
    resolver.refuse([...path, 'authentication'], refusal)
  return resolved
}

function resolveWith<Registry extends Flags>(
  resolver: FlagResolver,
  flags: Registry,
): Resolved<ConfigurationOf<Registry>> {
  const entries = flagsOf(flags)
  for (const [, flag] of entries) resolver.checkNames(flag)
  for (const [, flag] of entries) resolver.checkValue(flag)
  const configuration = Object.fromEntries(entries.map(([property, flag]) => [property, resolver.value(flag)]))
  const { origins, notices } = resolver
  return { configuration: configuration as ConfigurationOf<Registry>, origins, notices }
}
