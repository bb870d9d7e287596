import { ABILITIES } from '../../versions/abilities.ts'
import { always, mapSteps } from '../../versions/version-steps.ts'
import { type Flag, isPort, refuseUnless, stateAt } from '../flag.ts'
import { portNumber } from '../flag-kind.ts'
import { sshUser } from './ssh-user.ts'

export const kubeletReadOnlyPort: Flag<number> = {
  name: 'kubelet-read-only-port',
  kind: portNumber,
  meaning: 'The port at which the API server expects the read-only port of kubelets, for health checks of SSH tunnels.',
  default: always(10255, 'ARK cmd/kube-apiserver/app/options/options.go'),
  releases: mapSteps(ABILITIES.apiserver.sshTunnels, (hasTunnels) => (hasTunnels ? 'present' : 'inert')),
  refusals: (port, { version, written }) => [
    ...refuseUnless(isPort(port, 0), { code: 'out-of-range', message: `${port} is not a port` }),
    // The check and message of cmd/kube-apiserver/app/server.go, CreateNodeDialer.
    ...refuseUnless(port !== 0 || !written(sshUser) || stateAt(kubeletReadOnlyPort, version) === 'inert', {
      code: 'contradiction',
      message: 'must enable kubelet readonly port if proxy ssh-tunneling is specified',
    }),
  ],
}
