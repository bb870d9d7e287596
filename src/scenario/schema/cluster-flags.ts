import type { z } from 'zod'
import * as apiserverFlags from '../../cluster/flags/apiserver-flags.ts'
import * as controllerManagerFlags from '../../cluster/flags/controller-manager-flags.ts'
import { type Flag, type FlagName, type Flags, flagsOf, type Kind } from '../../cluster/flags/flag.ts'
import * as kubeletFields from '../../cluster/flags/kubelet-fields.ts'
import { KUBELET_PARTS } from '../../cluster/flags/kubelet-set-up.ts'
import {
  PLANNED_APISERVER_FLAGS,
  PLANNED_CONTROLLER_MANAGER_FLAGS,
  PLANNED_KUBELET_FIELDS,
  PLANNED_KUBELET_FLAGS,
} from '../../cluster/flags/planned-flags.ts'
import { describeFlag } from './flag-text.ts'
import { commaList, goDuration, integer, seconds } from './flag-values.ts'
import { choice, flag, later, reference, section, text } from './scalars.ts'

/** A flag under one of its names. */
interface Key {
  readonly of: Flag
  readonly as: FlagName
  /** What is left of the name inside the section. */
  readonly steps: readonly string[]
}

const ownKeys = (flags: Flags) => flagsOf(flags).map(([, of]) => keyOf(of, of))
const otherKeys = (flags: Flags) => flagsOf(flags).flatMap(([, of]) => (of.also ? [keyOf(of, of.also)] : []))
const keyOf = (of: Flag, as: FlagName): Key => ({ of, as, steps: as.name.split('.') })

export const apiserverFlagsSchema = flagsSection(
  [...ownKeys(apiserverFlags), ...otherKeys(apiserverFlags)],
  PLANNED_APISERVER_FLAGS,
  'the defaults',
).meta({ description: 'Flags of kube-apiserver, without the two dashes.' })

export const kubeletConfigSchema = flagsSection(
  ownKeys(kubeletFields),
  PLANNED_KUBELET_FIELDS,
  'the defaults of a configuration file',
).meta({
  description:
    'The configuration file of kubelets (KubeletConfiguration v1beta1), from 1.8. Its defaults are stricter than those of the flags.',
})

export const kubeletFlagsSchema = flagsSection(
  otherKeys(kubeletFields),
  PLANNED_KUBELET_FLAGS,
  'the defaults of flags',
).meta({
  description:
    'Flags of kubelets, without the two dashes. Where `config` is there too, flags win, and what neither says is as in a configuration file.',
})

export const controllerManagerFlagsSchema = flagsSection(
  ownKeys(controllerManagerFlags),
  PLANNED_CONTROLLER_MANAGER_FLAGS,
  'the defaults',
).meta({ description: 'Flags of kube-controller-manager, without the two dashes.' })

/** A map with a key for each flag, and one that is refused for each that is planned. */
function flagsSection(keys: readonly Key[], planned: readonly string[], emptyMeans: string) {
  const refused = planned.map((name) => [name, later('a flag or field of Kubernetes without a part in the model.')])
  return section({ ...shapeOf(keys, []), ...Object.fromEntries(refused) }, emptyMeans)
}

/** Fields with a dot in their name stand in a map of their own. */
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

function schemaOf(kind: Kind, description: string): z.ZodType {
  switch (kind.type) {
    case 'boolean':
      return flag(description)
    case 'port':
      return integer(description, { minimum: 0, maximum: 65_535 })
    case 'integer':
      return integer(description, kind)
    case 'seconds':
      return seconds(description, kind)
    case 'duration':
      return goDuration(description)
    case 'text':
      return text(description)
    case 'reference':
      return reference(description)
    case 'choice':
      return choice(description, kind.words)
    case 'list':
      return commaList(description, kind.items)
  }
}
