import { COMMON_PRESET } from './common.ts'
import { gkeSshTunnels } from './gke-ssh-tunnels.ts'
import { konnectivity } from './konnectivity.ts'
import { kubeadmDefault } from './kubeadm-default.ts'
import { kubeadmHardened } from './kubeadm-hardened.ts'

/** A kind of cluster, as data: parts of a scenario in the grammar of scenarios, the later over the earlier. */
export interface Preset {
  readonly name: string
  readonly explanation: string
  readonly texts: readonly string[]
  /** What it adds in some versions of Kubernetes (1.x). */
  readonly textAt: (minor: number) => string | null
}

export const PRESET_NAMES = ['gke-ssh-tunnels', 'kubeadm-default', 'kubeadm-hardened', 'konnectivity'] as const

export type PresetName = (typeof PRESET_NAMES)[number]

export const PRESETS: Readonly<Record<PresetName, Preset>> = {
  'gke-ssh-tunnels': preset('gke-ssh-tunnels', gkeSshTunnels),
  'kubeadm-default': preset('kubeadm-default', kubeadmDefault),
  'kubeadm-hardened': preset('kubeadm-hardened', kubeadmHardened),
  konnectivity: preset('konnectivity', konnectivity),
}

function preset(name: PresetName, { explanation, texts, textAt }: Omit<Preset, 'name'>): Preset {
  return { name, explanation, texts: [COMMON_PRESET, ...texts], textAt }
}
