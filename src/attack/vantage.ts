/** What an attacker sees of others' packets, and can do with them (DESIGN section 4). */
export type Vantage =
  /** Nothing; it may send packets, in any name. */
  | 'blind'
  /** Sees. */
  | 'passive'
  /** Sees, and sends: it races the original. */
  | 'side'
  /** Also drops, delays and changes. */
  | 'inline'
  /** A process in a pod, without rights on the node. */
  | 'pod'
  /** Root on a host. */
  | 'node'
  /** A Kubernetes identity, and no place on the network. */
  | 'user'

export type TechniqueName =
  | 'eavesdrop'
  /** Answers in the server's name. */
  | 'impersonate-server'
  /** The same, and asks the real server in turn. */
  | 'relay'
  | 'tamper'
  | 'inject'
  | 'replay'
  | 'reset'
  | 'drop'
  | 'delay'
  /** Asks the path's server itself. */
  | 'direct-request'
  /** Takes what lies on its host: tokens of pods, keys of certificates. */
  | 'steal-token'
  | 'steal-key'
  /** Asks for a node's certificate with the credential that nodes begin with. */
  | 'bootstrap-node'
  /** Writes its own address into another node's status. */
  | 'readdress-node'
  /** Registers a Konnectivity agent under another node's name. */
  | 'claim-agent'
  /** Says at ARP that the path's server is its own. */
  | 'spoof-arp'
  /** Speaks on after a refused upgrade. */
  | 'smuggle-request'
  /** Makes a service that has the path's server's address as an external one. */
  | 'redirect-service'
