import type { ImportCertificate } from '../certificate.ts'
import type { BuildContext } from './context.ts'

/** Returns the certificates in the file at a path on a machine, in order; empty if the file was not imported. */
export function certificatesAt(
  path: string,
  machine: string | null,
  context: BuildContext,
): readonly ImportCertificate[] {
  const found = context.evidence.certificates.filter(({ at }) => isFile(at.file, path))
  const own = found.filter(({ at }) => context.machineOf(at) === machine)
  const [first] = own.length > 0 ? own : found
  return first === undefined ? [] : found.filter(({ at }) => at.file === first.at.file)
}

/** Returns the files at a path on all machines, each with its certificates. */
export function filesAt(path: string, context: BuildContext): readonly (readonly ImportCertificate[])[] {
  return filesOf(context.evidence.certificates.filter(({ at }) => isFile(at.file, path)))
}

/** Groups certificates by their files. */
export function filesOf(certificates: readonly ImportCertificate[]): readonly (readonly ImportCertificate[])[] {
  const names = [...new Set(certificates.map(({ at }) => at.file))]
  return names.map((file) => certificates.filter(({ at }) => at.file === file))
}

/**
 * Returns whether an imported file is the file at a path. The whole path must match, or only the name if its folder is
 * that of a machine.
 */
function isFile(file: string, path: string): boolean {
  if (`/${file}`.endsWith(path.startsWith('/') ? path : `/${path}`)) return true
  const folders = file.split('/')
  return folders.length <= 2 && folders[folders.length - 1] === path.slice(path.lastIndexOf('/') + 1)
}
