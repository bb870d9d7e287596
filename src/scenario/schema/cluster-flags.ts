import { APISERVER_FLAGS } from '../../cluster/flags/apiserver-flags.ts'
import { CONTROLLER_MANAGER_FLAGS } from '../../cluster/flags/controller-manager-flags.ts'
import { type Flag, type FlagName, type Flags, flagsOf } from '../../cluster/flags/flag.ts'
import { KUBELET_FIELDS } from '../../cluster/flags/kubelet-fields.ts'
import { KUBELET_PARTS } from '../../cluster/flags/kubelet-set-up.ts'
import {
  PLANNED_APISERVER_FLAGS,
  PLANNED_CONTROLLER_MANAGER_FLAGS,
  PLANNED_KUBELET_FIELDS,
  PLANNED_KUBELET_FLAGS,
} from '../../cluster/flags/planned-flags.ts'
import { describeFlag } from './flag-text.ts'
import { later, schemaOf, section } from './scalars.ts'
import { z } from './zod.ts'

/** A flag, and one of the names under which a scenario can write it. */
interface Key {
  readonly of: Flag
  readonly as: FlagName
  /** The parts of the name below the section, such as `webhook`, `enabled`. */
  readonly steps: readonly string[]
}

const ownKeys = (flags: Flags) => flagsOf(flags).map(([, of]) => keyOf(of, of))
const otherKeys = (flags: Flags) => flagsOf(flags).flatMap(([, of]) => (of.also ? [keyOf(of, of.also)] : []))
const keyOf = (of: Flag, as: FlagName): Key => ({ of, as, steps: as.name.split('.') })

export const apiserverFlagsSchema = flagsSection(
  [...ownKeys(APISERVER_FLAGS), ...otherKeys(APISERVER_FLAGS)],
  PLANNED_APISERVER_FLAGS,
  'the defaults',
  'Command-line flags of kube-apiserver, written without the two dashes.',
)

export const kubeletConfigSchema = flagsSection(
  ownKeys(KUBELET_FIELDS),
  PLANNED_KUBELET_FIELDS,
  'the defaults of a configuration file',
  'Fields of the kubelet configuration file (KubeletConfiguration v1beta1), from Kubernetes 1.8. Its defaults are stricter than the defaults of the flags.',
)

export const kubeletFlagsSchema = flagsSection(
  otherKeys(KUBELET_FIELDS),
  PLANNED_KUBELET_FLAGS,
  'the defaults of flags',
  'Command-line flags of kubelets, written without the two dashes. A flag overrides the same field in `config`. When `config` is present, values that neither gives are the defaults of the configuration file.',
)

export const controllerManagerFlagsSchema = flagsSection(
  ownKeys(CONTROLLER_MANAGER_FLAGS),
  PLANNED_CONTROLLER_MANAGER_FLAGS,
  'the defaults',
  'Command-line flags of kube-controller-manager, written without the two dashes.',
)

/**
 * Makes a map schema with a key for each flag. A planned key is refused as not modelled yet. There are many flags, so
 * the schema is made only for a scenario with a cluster.
 */
function flagsSection(keys: readonly Key[], planned: readonly string[], emptyMeans: string, description: string) {
  return z.lazy(() => {
    const modelled = new Set(keys.map(({ as }) => as.name))
    const others = planned.filter((name) => !modelled.has(name))
    const refused = others.map((name) => [name, later('a flag or field of Kubernetes that the model does not use.')])
    const shape = { ...shapeOf(keys, []), ...Object.fromEntries(refused) }
    return section(shape, emptyMeans).meta({ description })
  })
}

/** Makes the shape of a map. A field name with a dot, `webhook.enabled`, becomes a key of an inner map. */
function shapeOf(keys: readonly Key[], above: readonly string[]): Record<string, z.ZodType> {
  const first = [...new Set(keys.map(({ steps }) => steps[0]))]
  return Object.fromEntries(
    first.map((step): [string, z.ZodType] => {
      const inner = keys.filter(({ steps }) => steps[0] === step)
      const [{ of, as, steps }] = inner
      if (steps.length === 1) return [step, schemaOf(of.kind, describeFlag(of, as)).optional()]
      const path = [...above, step]
      const shape = shapeOf(
        inner.map((key) => ({ ...key, steps: key.steps.slice(1) })),
        path,
      )
      const description = KUBELET_PARTS[path.join('.')]
      return [step, section(shape, 'the defaults').meta({ description }).optional()]
    }),
  )
}
