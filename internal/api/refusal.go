package api

import (
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/dashwright/dashwright/internal/errs"
)

// refusal is an error as a problem document, with the status of its kind.
func refusal(err error) error {
	status := http.StatusInternalServerError
	switch errs.KindOf(err) {
	case errs.Invalid:
		status = http.StatusBadRequest
	case errs.NotFound:
		status = http.StatusNotFound
	case errs.Unsupported:
		status = http.StatusUnprocessableEntity
	case errs.Conflict:
		status = http.StatusConflict
	case errs.Unavailable:
		status = http.StatusServiceUnavailable
	default:
		return huma.NewError(status, "the log of the server says more")
	}
	return huma.NewError(status, err.Error())
}
