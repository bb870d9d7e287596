import { version as current } from '../version.ts'
import type { Command } from './command.ts'

export const version: Command<readonly [], Record<never, never>> = {
  arguments: [],
  options: {},
  run: (_, __, { io }) => io.out(`${current}\n`),
}
