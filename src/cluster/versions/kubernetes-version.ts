/** A minor release of Kubernetes. Patch releases are not distinguished. */
export interface KubernetesVersion {
  /** The version as written in scenarios: `1.30`. */
  readonly text: string
  readonly minor: number
}

/** The oldest release that is modelled. */
export const OLDEST_MINOR = 6
/** The newest release that the sources cover, which were read in summer 2026. */
export const NEWEST_MINOR = 37

export function kubernetesVersion(minor: number): KubernetesVersion {
  if (!Number.isInteger(minor) || minor < OLDEST_MINOR || minor > NEWEST_MINOR) {
    throw new RangeError(`Kubernetes 1.${minor} is not modelled`)
  }
  return { text: `1.${minor}`, minor }
}

/**
 * The release of a scenario that names none. Its objects were measured (k8s.io/api 0.32.3), and it is the first in
 * which a kubelet detects a dead connection before its node counts as lost.
 */
export const DEFAULT_VERSION = kubernetesVersion(32)

/** Kubernetes 1.5 has the kubelet's authentication and authorization, but its defaults were not read in its sources. */
const ABOUT_1_5 =
  'use "1.6", with the flags of your kubelets and apiserver: kubelets check requests from 1.5 on in the same way, so what `get nodes/proxy` and the mode Webhook grant is the same; other defaults of 1.5 were not verified'

export type ParsedVersion =
  | { readonly ok: true; readonly version: KubernetesVersion }
  | { readonly ok: false; readonly message: string; readonly hint?: string }

/** Parses `1.6` to `1.37`, in exactly this form. */
export function parseKubernetesVersion(written: string): ParsedVersion {
  const match = /^\s*([vV]?)(\d{1,3})\.(\d{1,3})(\.\d+\S*)?\s*$/.exec(written)
  const shown = JSON.stringify(written.length > 40 ? `${written.slice(0, 40)}…` : written)
  if (match === null) {
    return { ok: false, message: `${shown} is not a version of Kubernetes`, hint: 'write it like "1.30"' }
  }
  const [, , major, digits, patch] = match
  const minor = Number(digits)
  if (Number(major) !== 1 || minor < OLDEST_MINOR || minor > NEWEST_MINOR) {
    const range = `1.${OLDEST_MINOR} to 1.${NEWEST_MINOR}`
    const message = `Kubernetes ${major}.${digits} is not among those modelled: ${range}`
    return Number(major) === 1 && minor === 5 ? { ok: false, message, hint: ABOUT_1_5 } : { ok: false, message }
  }
  const version = kubernetesVersion(minor)
  if (written === version.text) return { ok: true, version }
  const why = patch === undefined ? '' : ': patch releases are not told apart'
  return { ok: false, message: `${shown} is not a minor version${why}`, hint: `did you mean "${version.text}"?` }
}
