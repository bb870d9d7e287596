import type { Command } from 'commander'
import { PROBLEM_CODES, type ProblemCode } from '../scenario/problems/problem-codes.ts'
import type { Context } from './context.ts'
import { UsageError } from './usage-error.ts'

export function addExplain(program: Command, { io }: Context): void {
  program
    .command('explain')
    .description('say what an error code means')
    .argument('[code]', 'the word between the brackets of error[code]; none: all of them')
    .action((code: string | undefined) => {
      if (code === undefined) {
        for (const [known, meaning] of Object.entries(PROBLEM_CODES)) io.out(`${known}\n  ${meaning}\n`)
      } else if (isProblemCode(code)) io.out(`${code}\n  ${PROBLEM_CODES[code]}\n`)
      else throw new UsageError(`there is no error code ${code}; \`onpath explain\` lists them all`)
    })
}

function isProblemCode(code: string): code is ProblemCode {
  return Object.hasOwn(PROBLEM_CODES, code)
}
