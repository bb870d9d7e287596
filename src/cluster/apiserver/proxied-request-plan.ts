/** The API server's treatment of the data after an upgrade. */
export type UpgradeTreatment =
  /** It copies them in both directions (apimachinery, UpgradeAwareHandler). */
  | 'copied'
  /** It takes SPDY out of the user's WebSocket messages (kubernetes/apiserver, streamtunnel.go). */
  | 'tunnelled'
  /** It is a WebSocket server to the user and a SPDY client to the far end (kubernetes/apiserver, streamtranslator.go). */
  | 'translated'

/** The immutable plan by which the API server proxies one request of a user. */
export interface ProxiedRequestPlan {
  /** The workload that sends the request and pays for the traffic to the far end; NONE without a workload. */
  readonly workload: number
  /** The possible destinations of the request. Repetitions of the request use them in turn. */
  readonly targets: readonly ProxyTarget[]
  /** True if the request is upgraded (exec, attach, port-forward), and so uses a separate connection. */
  readonly isUpgrade: boolean
  readonly requestBodyBytes: number
  /**
   * The HttpResponse, as an index, that the user gets when the far end responds with the `accepted` status. Its body
   * has `forwardedBodyBytes`.
   */
  readonly forwardedResponse: number
  readonly forwardedBodyBytes: number
  /** The status of the response when the far end cannot be reached. */
  readonly unreachableStatus: 500 | 503
  /** The key of the random stream that chooses the endpoint. */
  readonly choiceHigh: number
  readonly choiceLow: number
}

export interface ProxyTarget {
  /**
   * The endpoints of the target. A service has several; each request goes to one at random (service/storage/rest.go,
   * ResourceLocation).
   */
  readonly endpoints: readonly ProxyEndpoint[]
}

export interface ProxyEndpoint {
  readonly path: number
  /** Index of the HttpRequest that the API server sends to this endpoint. */
  readonly request: number
  /** The URL of that request, which messages about its failure contain. */
  readonly url: string
  readonly upgrade: UpgradeTreatment
  /** Index of the HttpResponse of the endpoint, unless it refuses the request; NONE if it refuses all. */
  readonly accepted: number
}
