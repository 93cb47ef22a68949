package api

import (
	"fmt"
	"math"
	"net/http"
	"net/netip"
	"strconv"
	"sync"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/hashicorp/golang-lru/v2/simplelru"
	"golang.org/x/time/rate"
)

// maxClients bounds the number of token buckets. The least recently used one is evicted, so that its client starts with
// a full bucket again.
const maxClients = 65536

// limiters holds one token bucket per client. A client is an API key, an IPv4 address, or an IPv6 /64, the usual
// allocation of one subscriber.
type limiters struct {
	rate, keyRate float64
	burst         int
	keyBurst      int

	mu      sync.Mutex
	clients *simplelru.LRU[string, *rate.Limiter]
}

func newLimiters(cfg Config) *limiters {
	clients, _ := simplelru.NewLRU[string, *rate.Limiter](maxClients, nil) // fails only if the size is not positive
	return &limiters{
		rate: cfg.Rate, keyRate: cfg.KeyRate, burst: cfg.Burst, keyBurst: max(cfg.Burst, int(4*cfg.KeyRate)+1),
		clients: clients,
	}
}

// allow takes a token from the bucket of name.
func (l *limiters) allow(name string, now time.Time, withKey bool) verdict {
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
	v := verdict{ok: lim.AllowN(now, 1), rate: r, burst: burst}
	v.left = max(0, lim.TokensAt(now))
	return v
}

// verdict is the state of a bucket after a request.
type verdict struct {
	ok    bool
	left  float64
	rate  float64
	burst int
}

// wait returns the seconds until the next request is allowed.
func (v verdict) wait() int { return max(1, int(math.Ceil((1-v.left)/v.rate))) }

// header writes the fields of draft-ietf-httpapi-ratelimit-headers: what is left, and the policy it is left of.
func (v verdict) header(h http.Header) {
	window := max(1, int(math.Ceil(float64(v.burst)/v.rate)))
	reset := int(math.Ceil((float64(v.burst) - v.left) / v.rate))
	h["Ratelimit-Policy"] = []string{`"default";q=` + strconv.Itoa(v.burst) + ";w=" + strconv.Itoa(window)}
	h["Ratelimit"] = []string{`"default";r=` + strconv.Itoa(int(v.left)) + ";t=" + strconv.Itoa(reset)}
}

// limit refuses a client that asks more often than it may. Requests from this machine are not counted.
func (a *server) limit(c *gin.Context) {
	if a.cfg.Rate < 0 {
		return
	}
	name, withKey := a.clientName(c)
	if name == "" {
		return
	}
	v := a.limits.allow(name, time.Now(), withKey)
	v.header(c.Writer.Header())
	if v.ok {
		return
	}
	p := &Problem{
		Type: problemRate, Title: "Too many requests", Status: http.StatusTooManyRequests, retryAfter: time.Duration(v.wait()) * time.Second,
		Detail: fmt.Sprintf("At most %g requests a second and %d at once are answered; try again in %d s.", v.rate, v.burst, v.wait()),
	}
	a.fail(c, p)
	c.Abort()
}

// clientName returns whom a request counts for, "" for this machine.
func (a *server) clientName(c *gin.Context) (name string, withKey bool) {
	if secret := secretOf(c.Request); secret != "" && a.cfg.Keys != nil {
		if key, err := a.cfg.Keys.Check(c.Request.Context(), secret); err == nil {
			return "key " + key.ID, true
		}
	}
	if fromThisMachine(c.Request) {
		return "", false
	}
	addr, err := netip.ParseAddr(c.ClientIP())
	if err != nil {
		return "unknown", false
	}
	if addr = addr.Unmap(); addr.Is6() {
		if prefix, err := addr.Prefix(64); err == nil {
			return prefix.String(), false
		}
	}
	return addr.String(), false
}
