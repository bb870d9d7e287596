import { UsageError } from '../../disk/usage-error.ts'
import { SHELL_SCRIPTS, SHELLS } from '../completion/shell-scripts.ts'
import type { Command } from './command.ts'

const NOTES = `
The script completes commands, options, their values and files. It asks onpath, so it stays right after an update.

Examples:
  source <(onpath completion bash)
  onpath completion zsh > ~/.onpath.zsh && echo 'source ~/.onpath.zsh' >> ~/.zshrc
  onpath completion fish > ~/.config/fish/completions/onpath.fish`

export const completion: Command<readonly [shell: string], Record<never, never>> = {
  arguments: [{ syntax: '<shell>', meaning: SHELLS.join(', ') }],
  options: {},
  notes: NOTES,
  run([shell], _, { io }) {
    const known = SHELLS.find((one) => one === shell)
    if (known === undefined)
      throw new UsageError(`there is no completion for ${shell}; there is for ${SHELLS.join(', ')}`)
    io.out(SHELL_SCRIPTS[known])
  },
}
