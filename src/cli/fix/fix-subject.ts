import { dirname, join } from 'node:path'
import { isFolder } from '../../disk/folders.ts'
import { readFileTree } from '../../disk/read-file-tree.ts'
import { UsageError } from '../../disk/usage-error.ts'
import type { ImportFile } from '../../import/import-file.ts'
import type { Written } from '../../study/fix/fix-task.ts'
import { type Fixable, fixableOf } from '../../study/fix/fixable.ts'
import type { NamedSubject } from '../input/read-subjects.ts'
import { writeFiles } from './write-files.ts'

/** Returns the changeable form of a check's subject. @throws UsageError if nothing can be written */
export function fixableOnDisk(subject: NamedSubject, isWritten: boolean): Fixable {
  const { arguments: named } = subject
  if (isWritten && named.includes('-')) throw new UsageError('--write cannot change standard input; name a file')
  const [first] = named
  return fixableOf(subject, (name) => join(isFolder(first) ? first : dirname(first), name))
}

/** Writes the files that changed, and reads them again. What a fix found is of use even where they cannot be written. */
export function writeAndRead(before: readonly ImportFile[], after: readonly ImportFile[]): Written {
  try {
    writeFiles(before, after)
    return { written: readFileTree(after.map(({ path }) => path)).files }
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    return { written: null, unwritable: error.message }
  }
}
