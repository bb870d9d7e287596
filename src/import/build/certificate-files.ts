import type { ImportCertificate } from '../certificate.ts'
import type { BuildContext } from './context.ts'

/** Returns the certificates in the file of a path on a machine, in their order; empty where nobody gave it. */
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

/** Returns the files of a path on all machines, each with its certificates. */
export function filesAt(path: string, context: BuildContext): readonly (readonly ImportCertificate[])[] {
  return filesOf(context.evidence.certificates.filter(({ at }) => isFile(at.file, path)))
}

/** Groups certificates by their files. */
export function filesOf(certificates: readonly ImportCertificate[]): readonly (readonly ImportCertificate[])[] {
  const names = [...new Set(certificates.map(({ at }) => at.file))]
  return names.map((file) => certificates.filter(({ at }) => at.file === file))
}

/** Returns whether a file is that of a path: by the whole path, or by its name if it lies in no folder but a machine's. */
function isFile(file: string, path: string): boolean {
  if (`/${file}`.endsWith(path.startsWith('/') ? path : `/${path}`)) return true
  const folders = file.split('/')
  return folders.length <= 2 && folders[folders.length - 1] === path.slice(path.lastIndexOf('/') + 1)
}
