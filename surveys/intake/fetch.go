package intake

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"time"
)

// ErrUnchecked is for an event whose signature cannot be checked now, because what
// that takes could not be fetched.
var ErrUnchecked = errors.New("what the signature is checked with cannot be fetched now")

// Fetch gets what lies at an address: fs.ErrNotExist where there is nothing.
type Fetch func(ctx context.Context, address string) ([]byte, error)

const (
	// maxFetched is far more than a certificate or the answer to a greeting.
	maxFetched = 64 << 10
	// fetchWithin is less than what a service waits for our answer.
	fetchWithin = 5 * time.Second
)

// FetchBy fetches with a client. Being sent elsewhere is a failure: only the address
// itself was looked at.
func FetchBy(client *http.Client) Fetch {
	direct := *client
	direct.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return func(ctx context.Context, address string) ([]byte, error) {
		ctx, cancel := context.WithTimeout(ctx, fetchWithin)
		defer cancel()
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
		if err != nil {
			return nil, err
		}
		response, err := direct.Do(r)
		var told *url.Error
		if errors.As(err, &told) {
			return nil, fmt.Errorf("%s: %w", r.URL.Host, told.Err) // the address may hold a token
		}
		if err != nil {
			return nil, err
		}
		defer response.Body.Close()
		body, err := io.ReadAll(io.LimitReader(response.Body, maxFetched+1))
		switch {
		case err != nil:
			return nil, err
		case response.StatusCode >= 400 && response.StatusCode < 500:
			return nil, fmt.Errorf("%s: %s: %w", r.URL.Host, response.Status, fs.ErrNotExist)
		case response.StatusCode != http.StatusOK:
			return nil, fmt.Errorf("%s answered %s", r.URL.Host, response.Status)
		case len(body) > maxFetched:
			return nil, fmt.Errorf("%s answered with more than %d bytes", r.URL.Host, maxFetched)
		}
		return body, nil
	}
}
