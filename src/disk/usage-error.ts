import { visible } from '../scenario/problems/visible.ts'
import { codeOf } from './error-code.ts'

/** An error in the use of the command line. The one-line message says what to do. The exit code is 2. */
export class UsageError extends Error {
  constructor(message: string) {
    super(visible(message))
    this.name = 'UsageError'
  }
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EEXIST: 'it already exists',
  EDQUOT: 'the quota of the disk is used up',
  EFBIG: 'the file would be larger than is allowed',
  EISDIR: 'it is a folder',
  ELOOP: 'its symbolic links form a loop',
  ENAMETOOLONG: 'the name is too long',
  ENOENT: 'there is no such file',
  ENOSPC: 'the disk is full',
  ENOTDIR: 'a part of the path is not a folder',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
}

/**
 * Runs an operation on a file. A file system error becomes a UsageError, because it is not a bug.
 * @param verb the operation in the message, such as `read`
 */
export function onFile<T>(verb: string, path: string, action: () => T): T {
  try {
    return action()
  } catch (error) {
    throw fileError(error, verb, path)
  }
}

/** The asynchronous form of `onFile`. */
export async function onFileLater<T>(verb: string, path: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action()
  } catch (error) {
    throw fileError(error, verb, path)
  }
}

function fileError(error: unknown, verb: string, path: string): unknown {
  if (!isSystemError(error)) return error
  return new UsageError(`cannot ${verb} ${path}: ${reasonOf(error)}`)
}

/** Returns whether an error comes from a failed system call, such as a file operation. */
export function isSystemError(error: unknown): error is Error {
  return codeOf(error) !== null && error instanceof Error && 'syscall' in error
}

/** Describes the reason of a system error in words. */
export function reasonOf(error: Error): string {
  return REASONS[codeOf(error) ?? ''] ?? error.message
}
