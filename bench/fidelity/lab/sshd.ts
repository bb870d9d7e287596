import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { runChecked } from './processes.ts'

/** The port of sshd, which main.go uses too. */
const PORT = 2222

/** Makes keys and a configuration that accepts only the owner of the key, and returns the command that starts sshd. */
export function prepareSshd(sshd: string, folder: string): string[] {
  const file = (name: string) => join(folder, name)
  for (const name of ['host', 'user'])
    if (!existsSync(file(name)))
      runChecked('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', name, '-f', file(name)])
  writeFileSync(file('authorized_keys'), readFileSync(file('user.pub')))
  chmodSync(file('authorized_keys'), 0o600)
  writeFileSync(
    file('sshd_config'),
    `Port ${PORT}
HostKey ${file('host')}
AuthorizedKeysFile ${file('authorized_keys')}
PidFile none
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
AllowTcpForwarding yes
StrictModes no
UsePAM no
UseDNS no
MaxStartups 100:30:100
`,
  )
  mkdirSync('/run/sshd', { recursive: true })
  return [sshd, '-D', '-e', '-f', file('sshd_config')]
}
