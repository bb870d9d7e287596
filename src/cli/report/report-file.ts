import { isReport } from '../../report/html/first-line.ts'
import type { Context } from '../context.ts'
import { EXIT, type ExitCode } from '../exit-code.ts'
import { OutputFile } from '../files/output-file.ts'
import type { Inputs } from '../files/output-folder.ts'
import { reportingFailure } from '../reporting-failure.ts'
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
  const code = reportingFailure(() => output.write(text), io)
  if (code === EXIT.ok) noteWritten(output.path, io)
  return code
}
