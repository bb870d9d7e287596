import { isNameOf } from '../../engine/registry.ts'
import { PROBLEM_CODES } from '../../scenario/problems/problem-codes.ts'
import { UsageError } from '../usage-error.ts'
import type { Command } from './command.ts'

export const explain: Command<readonly [string | undefined], Record<never, never>> = {
  summary: 'explain an error code',
  arguments: [
    { syntax: '[code]', meaning: 'the word in the brackets of error[code]; without it, all codes are explained' },
  ],
  options: {},
  run([code], _, { io }) {
    if (code === undefined) {
      for (const [known, meaning] of Object.entries(PROBLEM_CODES)) io.out(`${known}\n  ${meaning}\n`)
    } else if (isNameOf(PROBLEM_CODES, code)) io.out(`${code}\n  ${PROBLEM_CODES[code]}\n`)
    else throw new UsageError(`there is no error code ${code}; run \`onpath explain\` for a list`)
  },
}
