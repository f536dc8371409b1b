package web

import (
	"net/url"
	"slices"
	"strings"
)

// RuleForm is the form that puts a rule about faults together. Its parameters
// are rule.target, rule.kind.{kind} and rule.when.{condition}.
type RuleForm struct{ Faults }

func newRuleForm(f Faults) *RuleForm {
	if len(f.Targets) == 0 || len(f.Kinds) == 0 {
		return nil
	}
	return &RuleForm{f}
}

// partField is a FaultPart in the form, in the parameter Field.
type partField struct {
	FaultPart
	Field string
}

func newPartField(prefix string, p FaultPart) partField { return partField{p, prefix + p.Name} }

// ruleOf returns the rule that a form was filled in with, in the grammar
// target,target:kind=value,kind=value@condition=value,condition=value. What is
// wrong with it is said where rules are read. A form without a kind of fault
// gives none.
func ruleOf(f Faults, query url.Values) string {
	var targets []string
	for _, t := range f.Targets {
		if slices.Contains(query["rule.target"], t.Name) {
			targets = append(targets, t.Name)
		}
	}
	parts := func(list []FaultPart, prefix string) string {
		var out []string
		for _, part := range list {
			if v := strings.TrimSpace(query.Get(prefix + part.Name)); v != "" {
				out = append(out, part.Name+"="+v)
			}
		}
		return strings.Join(out, ",")
	}
	kinds, conditions := parts(f.Kinds, "rule.kind."), parts(f.Conditions, "rule.when.")
	if kinds == "" {
		return ""
	}
	rule := strings.Join(targets, ",") + ":" + kinds
	if conditions != "" {
		rule += "@" + conditions
	}
	return rule
}
