/** The command cannot be done as it was asked for: exit 2, and the message says what to do instead. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'UsageError'
  }
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EEXIST: 'it exists already',
  EISDIR: 'it is a directory',
  ELOOP: 'its symbolic links go round in a circle',
  ENAMETOOLONG: 'the name is too long',
  ENOENT: 'there is no such file',
  ENOSPC: 'the disk is full',
  ENOTDIR: 'it is not a directory',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
}

/** Does what touches a file; what the file system refuses is the user's to mend, and no bug. */
export function onFile<T>(deed: string, path: string, action: () => T): T {
  try {
    return action()
  } catch (error) {
    if (!(error instanceof Error && 'syscall' in error && 'code' in error)) throw error
    throw new UsageError(`cannot ${deed} ${path}: ${reasonOf(error)}`)
  }
}

/** Why the system refused, in words. */
export function reasonOf(error: Error & { readonly code?: unknown }): string {
  return REASONS[String(error.code)] ?? error.message
}
