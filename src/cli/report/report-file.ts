import { isReport } from '../../report/html/first-line.ts'
import type { Context } from '../context.ts'
import { EXIT, type ExitCode } from '../exit-code.ts'
import { OutputFile } from '../files/output-file.ts'
import type { Inputs } from '../files/output-folder.ts'
import { UsageError } from '../usage-error.ts'
import { noteWritten } from '../written.ts'

/**
 * Checks that a report can be written to a file, before anything is simulated for it.
 * @throws UsageError when the file is another one, or cannot be written
 */
export function openReport(path: string, inputs: Inputs, { files }: Context): OutputFile {
  return OutputFile.open(path, isReport, inputs, files)
}

/** Writes a report, and says where. */
export function writeReport(output: OutputFile, text: string, { io }: Context): ExitCode {
  try {
    output.write(text)
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    io.err(`onpath: ${error.message}\n`)
    return EXIT.usage
  }
  noteWritten(output.path, io)
  return EXIT.ok
}
