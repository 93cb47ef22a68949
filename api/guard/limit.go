package guard

import (
	"math"
	"net/http"
	"net/netip"
	"strconv"
	"sync"
	"time"

	"github.com/hashicorp/golang-lru/v2/simplelru"
	"golang.org/x/time/rate"
)

// maxClients bounds the number of token buckets. The least recently used one is evicted, so that its client starts with
// a full bucket again.
const maxClients = 65536

// Limits holds one token bucket per client. A client is an API key, an IPv4 address, or an IPv6 /64, the usual
// allocation of one subscriber.
type Limits struct {
	rate, keyRate float64
	burst         int
	keyBurst      int

	mu      sync.Mutex
	clients *simplelru.LRU[string, *rate.Limiter]
}

// NewLimits returns limits of a number of requests a second, of a client with a key and without, and at once.
func NewLimits(perSecond, keyPerSecond float64, burst int) *Limits {
	clients, _ := simplelru.NewLRU[string, *rate.Limiter](maxClients, nil) // fails only if the size is not positive
	return &Limits{
		rate: perSecond, keyRate: keyPerSecond, burst: burst, keyBurst: max(burst, int(4*keyPerSecond)+1),
		clients: clients,
	}
}

// Allow takes a token from the bucket of name.
func (l *Limits) Allow(name string, now time.Time, withKey bool) Verdict {
	r, burst := l.rate, l.burst
	if withKey {
		r, burst = l.keyRate, l.keyBurst
	}
	l.mu.Lock()
	lim, ok := l.clients.Get(name)
	if !ok {
		lim = rate.NewLimiter(rate.Limit(r), burst)
		l.clients.Add(name, lim)
	}
	l.mu.Unlock()
	v := Verdict{OK: lim.AllowN(now, 1), Rate: r, Burst: burst}
	v.left = max(0, lim.TokensAt(now))
	return v
}

// ClientOf returns whom requests from an address count for: the address, or the /64 of an IPv6 one.
func ClientOf(address string) string {
	addr, err := netip.ParseAddr(address)
	if err != nil {
		return "unknown"
	}
	if addr = addr.Unmap(); addr.Is6() {
		if prefix, err := addr.Prefix(64); err == nil {
			return prefix.String()
		}
	}
	return addr.String()
}

// Verdict is the state of a bucket after a request.
type Verdict struct {
	OK    bool
	Rate  float64 // requests a second
	Burst int     // requests at once
	left  float64
}

// Wait returns the seconds until the next request is allowed.
func (v Verdict) Wait() int { return max(1, int(math.Ceil((1-v.left)/v.Rate))) }

// Header writes the fields of draft-ietf-httpapi-ratelimit-headers: what is left, and the policy it is left of.
func (v Verdict) Header(h http.Header) {
	window := max(1, int(math.Ceil(float64(v.Burst)/v.Rate)))
	reset := int(math.Ceil((float64(v.Burst) - v.left) / v.Rate))
	h["Ratelimit-Policy"] = []string{`"default";q=` + strconv.Itoa(v.Burst) + ";w=" + strconv.Itoa(window)}
	h["Ratelimit"] = []string{`"default";r=` + strconv.Itoa(int(v.left)) + ";t=" + strconv.Itoa(reset)}
}
