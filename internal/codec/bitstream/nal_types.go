package bitstream

// nal_unit_type of AVC (ISO/IEC 14496-10, table 7-1).
const (
	AVCNALSlice      = 1
	AVCNALPartitionA = 2
	AVCNALPartitionC = 4
	AVCNALIDR        = 5
	AVCNALSEI        = 6
	AVCNALSPS        = 7
	AVCNALPPS        = 8
	AVCNALDelimiter  = 9
	AVCNALFiller     = 12
	AVCNALSPSExt     = 13
	AVCNALSubsetSPS  = 15
)

// nal_unit_type of HEVC (ISO/IEC 23008-2, table 7-1).
const (
	hevcNALRADLN     = 6
	hevcNALRASLR     = 9
	hevcNALSubLayer  = 15 // up to here, even types are not referred to within their sub-layer
	HEVCNALBLAWLP    = 16
	hevcNALBLANLP    = 18
	hevcNALIDRWRADL  = 19
	hevcNALIDRNLP    = 20
	HEVCNALIRAPLast  = 23
	HEVCNALVCLLast   = 31
	HEVCNALVPS       = 32
	HEVCNALSPS       = 33
	HEVCNALPPS       = 34
	HEVCNALDelimiter = 35
	hevcNALEOS       = 36
	hevcNALEOB       = 37
	HEVCNALFiller    = 38
	HEVCNALPrefixSEI = 39
)

// HEVCNALType returns the nal_unit_type of a NAL unit of HEVC that is not empty.
func HEVCNALType(nal []byte) int { return int(nal[0] >> 1 & 0x3f) }
