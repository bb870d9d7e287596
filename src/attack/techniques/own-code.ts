import type { PlainKind } from '../../values/kind.ts'
import { OwnCodeAgent } from '../agents/own-code-agent.ts'
import type { PacketCode } from '../agents/packet-code.ts'
import { COMMON } from '../parameters/common.ts'
import { parameter } from '../parameters/parameter.ts'
import type { Technique } from './technique.ts'

/** Code in a program, which no scenario can write. */
const code: PlainKind<PacketCode, never> = {
  name: 'code',
  schema: { not: {} },
  candidates: [],
  parse: () => ({ ok: false, code: 'wrong-type', message: 'only a program can pass code' }),
  print: () => {
    throw new TypeError('code cannot be written')
  },
}

const parameters = {
  for: COMMON.for,
  code: parameter(code, { meaning: 'the code that decides about packets', required: true }),
}

export const ownCode: Technique<typeof parameters> = {
  meaning: 'Does to packets what code of a user of the library decides.',
  references: { attack: ['T1557'], weaknesses: [] },
  needs: ['sees'],
  parameters,
  gains: ['credential'],
  messages: ['reads', 'alters'],
  outcomeOfSeeing: 'metadata',
  packets: (tools) =>
    new OwnCodeAgent(
      tools,
      tools.parameters.map(({ code }) => code),
    ),
  matrix: { rows: [], whyNoRows: 'It exists only in a program that passes it to a run.' },
}
