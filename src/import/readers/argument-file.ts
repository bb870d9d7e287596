import { programNamed } from '../programs/programs.ts'
import { shellCommands } from '../programs/shell-words.ts'
import type { TextReader } from '../reader.ts'

const FLAG_LINE = /^[ \t]*--[a-z]/

/** Reads files with a program's flags, one a line, which are named after the program, as in MicroK8s. */
export const argumentFileReader: TextReader = {
  reads: 'files with the flags of a program, named after it (/var/snap/microk8s/current/args/kube-apiserver)',
  recognizes: ({ text, file }) => programNamed(file) !== null && text.split('\n').every(isOfFlags),
  read({ text, file }, evidence) {
    const program = programNamed(file)!
    const words = text
      .split('\n')
      .flatMap((line, i) =>
        shellCommands(line.trim().startsWith('#') ? '' : line).flatMap((own) =>
          own.map((word) => ({ text: word.text, at: { file, line: i + 1 } })),
        ),
      )
    if (words.length === 0) return false
    evidence.addRun({ program, words, at: words[0].at }, 'unit')
    return true
  },
}

function isOfFlags(line: string): boolean {
  return FLAG_LINE.test(line) || /^\s*(?:#.*)?$/.test(line)
}
